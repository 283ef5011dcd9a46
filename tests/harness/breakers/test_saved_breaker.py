"""A breaker from elsewhere: taken for what it is, or refused in one line; nothing is run."""

import io
import json
import os
import struct
import zipfile

import numpy as np
import pytest

from harness.breakers import saved_breaker
from harness.breakers.photo_classifier import photo_classifier
from harness.breakers.simple_cnn import SimpleCnn
from harness.errors import HarnessError

SHAPE = (12, 12, 1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The two files of a small breaker."""
    folder = tmp_path_factory.mktemp("breaker")
    recipe = SimpleCnn()
    made = {
        "architecture": "simple_cnn", "options": recipe.model_dump(mode="json"),
        "shape": list(SHAPE), "length": 1, "alphabet": "0123456789", "blank": None,
    }  # fmt: skip
    saved_breaker.save(recipe.build(SHAPE, 1, 10, 5), folder, made)
    return folder


@pytest.fixture
def folder(whole, tmp_path):
    for name in (saved_breaker.WEIGHTS, saved_breaker.SPEC_FILE):
        (tmp_path / name).write_bytes((whole / name).read_bytes())
    return tmp_path


def refused(folder, file):
    with pytest.raises(HarnessError) as caught:
        saved_breaker.load(folder)
    text = str(caught.value)
    assert "\n" not in text
    assert str(folder / file) in text, text
    assert len(text) < 800
    return text


CONTENTS = {
    "empty": b"", "no JSON": b"{", "a list": b"[]", "nothing": b"null", "deep": b"[" * 100_000,
    "a number": b"NaN", "not text": b"\xff\xfe{", "very large": b" " * 2_000_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_damaged_description(folder, kind):
    (folder / saved_breaker.SPEC_FILE).write_bytes(CONTENTS[kind])
    refused(folder, saved_breaker.SPEC_FILE)


SAID = {
    "no architecture": {"architecture": None},
    "an architecture that is none": {"architecture": "nope"},
    "a reader that is ready": {"architecture": "ddddocr", "options": {}},
    "options that are none": {"options": []},
    "options of another": {"options": {"foo": 1}},
    "options out of bounds": {"options": {"epochs": 10**9}},
    "two sides": {"shape": [12, 12]},
    "sides that are words": {"shape": "abc"},
    "a huge side": {"shape": [10**9, 12, 1]},
    "two large sides": {"shape": [4096, 4096, 1]},
    "sides below nothing": {"shape": [-1, 12, 1]},
    "many channels": {"shape": [12, 12, 1000]},
    "a huge length": {"length": 10**9},
    "no length": {"length": 0},
    "no alphabet": {"alphabet": ""},
    "a long alphabet": {"alphabet": "x" * 100_000},
    "another blank": {"blank": 3},
    "a blank that is a word": {"blank": "x"},
}


@pytest.mark.parametrize("kind", SAID)
def test_a_description_of_what_cannot_be(folder, kind):
    made = json.loads((folder / saved_breaker.SPEC_FILE).read_text())
    (folder / saved_breaker.SPEC_FILE).write_text(json.dumps({**made, **SAID[kind]}))
    refused(folder, saved_breaker.SPEC_FILE)


def npz(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return packed.getvalue()


def npy(header, content=bytes(12)):
    text = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + content


def members(folder):
    with np.load(folder / saved_breaker.WEIGHTS) as file:
        return {name: file[name] for name in file.files}


ARRAYS = {
    "texts": lambda array: np.full(array.shape, "1"),
    "complex numbers": lambda array: array.astype(complex),
    "whole numbers": lambda array: array.astype(int),
    "truths": lambda array: array > 0,
    "dates": lambda array: array.astype("M8[s]"),
    "objects": lambda array: array.astype(object),
    "another shape": lambda array: array[:1],
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_weights_that_are_none(folder, kind):
    arrays = members(folder)
    arrays["w000"] = ARRAYS[kind](arrays["w000"])
    np.savez(folder / saved_breaker.WEIGHTS, **arrays)
    refused(folder, saved_breaker.WEIGHTS)


HEADERS = {
    "code": "__import__('os').abort()",
    "a lie": "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)}",
    "objects": "{'descr': '|O', 'fortran_order': False, 'shape': (3,)}",
    "half a header": "{'descr': ('''",
    "nothing": "",
}


@pytest.mark.parametrize("kind", HEADERS)
def test_headers_that_lie(folder, kind):
    plain = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}")
    names = dict.fromkeys(members(folder), plain)
    (folder / saved_breaker.WEIGHTS).write_bytes(npz(**{**names, "w000": npy(HEADERS[kind])}))
    refused(folder, saved_breaker.WEIGHTS)


def test_a_bomb_is_not_unpacked(folder):
    names = dict.fromkeys(members(folder), npy(HEADERS["objects"]))
    (folder / saved_breaker.WEIGHTS).write_bytes(npz(**{**names, "w000": bytes(200_000_000)}))
    assert "another architecture" in refused(folder, saved_breaker.WEIGHTS)


def test_weights_that_are_damaged(folder):
    content = (folder / saved_breaker.WEIGHTS).read_bytes()
    turned = bytearray(content)
    turned[len(turned) // 3] ^= 1
    for damaged in (b"", content[:1000], b"nonsense" * 100, bytes(turned), npz(w000=b"hello")):
        (folder / saved_breaker.WEIGHTS).write_bytes(damaged)
        refused(folder, saved_breaker.WEIGHTS)
    (folder / saved_breaker.WEIGHTS).unlink()
    refused(folder, saved_breaker.WEIGHTS)
    os.mkfifo(folder / saved_breaker.WEIGHTS)
    refused(folder, saved_breaker.WEIGHTS)


def test_a_whole_one_is_taken(folder):
    model, made = saved_breaker.load(folder)
    assert model.input_shape == (None, *SHAPE)
    assert made["alphabet"] == "0123456789"


def test_a_class_that_stands_for_nothing_has_a_name(tmp_path):
    recipe = SimpleCnn()
    made = {
        "architecture": "simple_cnn", "options": {}, "shape": list(SHAPE), "length": 1,
        "alphabet": "ab", "blank": 2,
    }  # fmt: skip
    saved_breaker.save(recipe.build(SHAPE, 1, 3, 5), tmp_path, made)
    assert photo_classifier(str(tmp_path), None, tmp_path).names == ("a", "b", "nothing")
