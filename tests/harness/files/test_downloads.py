"""Files from elsewhere: none of their code runs, damaged ones are one line, nothing is left."""

import fcntl
import hashlib
import http.server
import io
import os
import pickle
import tarfile
import threading
from pathlib import Path

import numpy as np
import pytest
from surroundings import lacking

from harness.breakers import imagenet_source
from harness.datasets.published import svhn_source
from harness.errors import RequirementError, SpecError
from harness.files import downloads, sdist_download
from harness.files.pickled_arrays import arrays

ARRAYS = {
    "floats": np.arange(5, dtype=np.float32),
    "a table": np.arange(12).reshape(3, 4),
    "by columns": np.asfortranarray(np.arange(12.0).reshape(3, 4)),
    "one number": np.array(3.0),
    "the other order of bytes": np.array([1, 2], ">i4"),
    "truths": np.array([True, False]),
    "none": np.zeros((0, 3), np.uint8),
}


@pytest.mark.parametrize("protocol", range(5))
@pytest.mark.parametrize("kind", ARRAYS)
def test_pickles_of_arrays_are_read(kind, protocol):
    array = ARRAYS[kind]
    packed = pickle.dumps({"x": (array, [array])}, protocol=protocol)
    read = arrays(packed)["x"][1][0]
    assert read.dtype == array.dtype
    assert np.array_equal(read, array)


class OfPython2:
    """Pickles as an array whose bytes are a text, as Python 2 has it."""

    def __reduce__(self):
        function, begin, (version, shape, kind, order, content) = self.array.__reduce__()
        return function, begin, (version, shape, kind, order, content.decode("latin1"))

    def __init__(self, array):
        self.array = array


def test_pickles_of_python_2_are_read():
    array = np.arange(200, 260, dtype=np.uint8).reshape(3, 20)
    assert np.array_equal(arrays(pickle.dumps(OfPython2(array), protocol=2)), array)


class Calls:
    """Pickles as a call."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


HOSTILE = {
    "print": print,
    "a shell": os.system,
    "a call of one": Calls(os.system, "true"),
    "objects": np.array([{}, []], object),
    "texts": np.array(["a"]),
    "dates": np.zeros(2, "M8[s]"),
    "records": np.zeros(2, [("a", "i4"), ("b", "f8")]),
    "complex numbers": np.zeros(2, complex),
    "the array's own class": Calls(np.ndarray, (1,), np.dtype("O"), b"12345678"),
    "a kind of objects": Calls(np.dtype, "O", False, True),
    "a kind alone": np.dtype("f8"),
    "records as a kind": Calls(np.dtype, "i4,O", False, True),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_pickles_of_anything_else_are_refused(kind):
    with pytest.raises(pickle.UnpicklingError, match="refused"):
        arrays(pickle.dumps(HOSTILE[kind], protocol=2))


def test_pickles_that_are_cut_or_noise_are_refused():
    whole = pickle.dumps(np.arange(50.0), protocol=2)
    for content in (b"", whole[:40], whole[:-20], b"hello", bytes(100)):
        with pytest.raises(pickle.UnpicklingError):
            arrays(content)


def test_an_array_that_says_another_size_is_refused():
    array = np.arange(3, dtype=np.uint8)
    packed = pickle.dumps(array, protocol=2).replace(b"K\x03\x85", b"K\x09\x85", 1)
    with pytest.raises(pickle.UnpicklingError, match="size"):
        arrays(packed)


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A package index on this machine with one source archive, whose setup.py leaves a mark."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        mark = f"open({str(tmp_path / 'RAN')!r}, 'w')"
        text = f"{mark}\nfrom setuptools import setup\nsetup()\n".encode()
        member = tarfile.TarInfo("stripes-1.0/setup.py")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    packed = content.getvalue()

    class Index(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            page = b"<a href='../../stripes-1.0.tar.gz'>stripes-1.0.tar.gz</a>"
            body = packed if self.path.endswith(".gz") else page
            self.send_response(200 if "stripes" in self.path else 404)
            kind = "application/gzip" if self.path.endswith(".gz") else "text/html"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
    for name in ("EXTRA_INDEX_URL", "FIND_LINKS"):
        monkeypatch.setenv(f"PIP_{name}", "")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield hashlib.sha256(packed).hexdigest()
    server.shutdown()
    server.server_close()


def test_a_source_archive_is_copied_and_not_run(index, tmp_path):
    file = downloads.fetch_sdist("stripes==1.0", index, tmp_path)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == index
    assert not (tmp_path / "RAN").exists()


def test_a_source_archive_with_another_sum_is_refused(index, tmp_path):
    with pytest.raises(RequirementError, match="another checksum"):
        downloads.fetch_sdist("stripes==1.0", "0" * 64, tmp_path)
    with pytest.raises(RequirementError, match="no such file"):
        downloads.fetch_sdist("stripes==2.0", index, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_source_archive_without_an_index_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9")
    for name in ("EXTRA_INDEX_URL", "FIND_LINKS"):
        monkeypatch.setenv(f"PIP_{name}", "")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with pytest.raises(RequirementError) as caught:
        downloads.fetch_sdist("stripes==1.0", "0" * 64, tmp_path)
    assert "\n" not in str(caught.value)


def test_what_copies_archives_needs_nothing_of_ours():
    text = Path(sdist_download.__file__).read_text(encoding="utf-8")
    assert "from harness" not in text


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    folder = tmp_path_factory.mktemp("network")
    try:
        return imagenet_source.fetch(folder)
    except RequirementError as error:
        lacking(str(error))


def test_a_damaged_network_is_fetched_again(network, tmp_path, monkeypatch):
    whole = network.read_bytes()
    fetched = downloads.kept_arrays(network)
    names = fetched.pop("names")
    monkeypatch.setattr(imagenet_source, "_names", lambda: names)
    monkeypatch.setattr(imagenet_source, "_weights", lambda: dict(fetched))
    middle = len(whole) // 2
    turned = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    for damaged in (turned, b"", whole[:middle], b"nonsense"):
        (tmp_path / "squeezenet.npz").write_bytes(damaged)
        kept = downloads.kept_arrays(imagenet_source.fetch(tmp_path))
        assert imagenet_source.genuine(kept)


def test_a_network_that_is_not_what_it_was_is_refused(network, tmp_path, monkeypatch):
    fetched = downloads.kept_arrays(network)
    names = fetched.pop("names")
    some = next(iter(fetched))
    monkeypatch.setattr(imagenet_source, "_names", lambda: names)
    monkeypatch.setattr(imagenet_source, "_weights", lambda: {**fetched, some: fetched[some] + 1})
    with pytest.raises(RequirementError, match="not what they were"):
        imagenet_source.fetch(tmp_path)


def test_nothing_is_left_of_a_draft_that_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), downloads.draft(tmp_path / "kept") as beside:
        beside.write_bytes(b"half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_drafts_of_the_dead_are_removed_and_others_stay(tmp_path):
    dead, held, other = (
        tmp_path / name
        for name in (f"{downloads.MARK}1.draft", f"{downloads.MARK}2.draft", "3.draft")
    )
    for file in (dead, held, other):
        file.write_bytes(b"half")
        os.utime(file, (1, 1))
    with held.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with downloads.draft(tmp_path / "kept") as beside:
            beside.write_bytes(b"whole")
        assert sorted(file.name for file in tmp_path.iterdir()) == sorted(
            [held.name, other.name, "kept"]
        )


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RequirementError, match="cannot write"):
        downloads.keep_arrays({"a": np.zeros(2)}, tmp_path / "file" / "kept.npz")


def test_house_numbers_from_what_has_no_end_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for file in (tmp_path / "pipe", tmp_path, tmp_path / "gone", "/dev/zero"):
        with pytest.raises(SpecError, match="no such file"):
            svhn_source.fetch(tmp_path / "downloads", Path(file))
    with pytest.raises(SpecError, match="no regular file"):
        svhn_source.counted(tmp_path / "pipe")


def test_house_numbers_that_go_on_are_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(svhn_source, "LARGEST", 1_000)
    (tmp_path / "large.mat").write_bytes(bytes(5_000))
    with pytest.raises(SpecError, match="goes on after 1,000 bytes"):
        svhn_source.fetch(tmp_path / "downloads", tmp_path / "large.mat")
    assert list((tmp_path / "downloads").iterdir()) == []


def test_house_numbers_that_were_kept_are_checked(tmp_path, monkeypatch):
    """A damaged copy is fetched again: here from a place where nobody answers."""
    content = b"the original"
    sum_of_it = hashlib.md5(content, usedforsecurity=False).hexdigest()
    monkeypatch.setattr(svhn_source, "MD5", sum_of_it)
    monkeypatch.setattr(svhn_source, "ADDRESS", "http://127.0.0.1:9/train_32x32.mat")
    kept = tmp_path / svhn_source.FILE
    kept.write_bytes(content)
    assert svhn_source.fetch(tmp_path) == kept
    kept.write_bytes(content[:-1])
    with pytest.raises(RequirementError, match="cannot be reached"):
        svhn_source.fetch(tmp_path)
