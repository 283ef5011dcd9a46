"""Captchas of one's own: a folder of labelled images, a function that draws."""

import numpy as np
import pytest
from console import command
from PIL import Image, ImageDraw

from harness.datasets.folder.folder import Folder
from harness.datasets.folder.side_by_side import SideBySide
from harness.datasets.generator import decode
from harness.datasets.ready_made import Choice
from harness.datasets.user_function.callable import Callable
from harness.errors import HarnessError

DRAWING = """
import random
from PIL import Image, ImageDraw

def draw(text):
    image = Image.new("RGB", (90, 30), "white")
    ImageDraw.Draw(image).text((random.randrange(20), 5), text, fill="black", font_size=20)
    return image

def fails(text):
    raise ValueError("no ink")

def gives_text(text):
    return text
"""
SWEEP = """
name = "own"
epsilons = [0.0, 0.1]
[datasets.own]
{dataset}
train = 30
test = 10
[breakers.b]
dataset = "own"
architecture = "simple_cnn"
epochs = 1
[attacks.noise]
attack = "uniform_noise"
"""


def picture(text, size=(60, 24), color="black", at=(3, 3)):
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text(at, text, fill=color, font_size=16)
    return image


@pytest.fixture
def folder(tmp_path):
    """40 images of 2 or 3 characters; one of another size, one in a palette with a hole in it."""
    place = tmp_path / "mine"
    place.mkdir()
    for number in range(40):
        text = f"{'abcd'[number % 4]}{'xy'[number % 2]}{'z' if number % 5 == 0 else ''}"
        size = (80, 30) if number == 7 else (60, 24)
        image = picture(text, size, at=(3 + number // 4 * 3, number % 4))
        if number == 9:
            image = image.convert("RGBA")
            image.putalpha(200)
        image.save(place / f"{text}_{number}.png")
    (place / "notes.txt").write_text("not an image")
    return place


def chosen(folder, skip, count):
    return folder.choose(Choice("test", 0, count, skip, None))


def test_labels_alphabet_sizes_and_lengths_are_found(folder):
    generator = Folder(path=str(folder)).resolved()
    assert generator.text_alphabet() == "abcdxyz"
    assert generator.text_length() == 3
    assert generator.blank() == 7
    everything = chosen(generator, 0, 40)
    assert everything.images.shape == (40, 24, 60, 1)
    texts = sorted(decode(label, generator.text_alphabet()) for label in everything.labels)
    assert texts == sorted(file.stem.split("_")[0] for file in folder.glob("*.png"))
    assert everything.images.max() > 200
    assert everything.images.min() < 100


def test_folds_and_splits_share_no_image(folder):
    tests = [
        chosen(Folder(path=str(folder), fold=(n, 5)).resolved(), 0, 8).images for n in range(1, 6)
    ]
    rest = chosen(Folder(path=str(folder), fold=(1, 5)).resolved(), 8, 32).images
    for several in (tests, [tests[0], rest]):
        parts = [image.tobytes() for part in several for image in part]
        everything = chosen(Folder(path=str(folder)).resolved(), 0, 40).images
        assert sorted(parts) == sorted(image.tobytes() for image in everything)


def test_a_table_of_labels_and_one_case(folder):
    table = folder / "labels.csv"
    lines = [f"{file.name},{file.stem[:2].upper()}" for file in sorted(folder.glob("*.png"))]
    table.write_text("\n".join(["file,label", *lines]))
    generator = Folder(path=str(table), case="lower", color="rgb", width=30, height=12).resolved()
    assert generator.text_alphabet() == "abcdxy"
    assert generator.blank() is None
    assert chosen(generator, 0, 3).images.shape == (3, 12, 30, 3)


def test_another_image_is_another_data_set(folder):
    before = Folder(path=str(folder)).resolved().contents
    assert Folder(path=str(folder)).resolved().contents == before
    picture("ax", color="red").save(folder / "ax_0.png")
    assert Folder(path=str(folder)).resolved().contents != before


def test_what_cannot_be_read_is_left_out_and_named(folder):
    (folder / "ax_99.png").write_bytes(b"not a picture")
    found = chosen(Folder(path=str(folder)).resolved(), 0, 40)
    (reason,) = found.unreadable
    assert reason.startswith("ax_99.png (cannot be read as a picture")
    with pytest.raises(HarnessError, match="10 captchas are left where 11 are asked for"):
        chosen(Folder(path=str(folder)).resolved(), 30, 11)


def test_single_characters_are_put_side_by_side(tmp_path):
    for number in range(30):
        text = "abc"[number % 3]
        Image.new("L", (10, 12), 8 * number).save(tmp_path / f"{text}_{number}.png")
    generator = SideBySide(path=str(tmp_path), length=4).resolved()
    found = {
        split: generator.choose(Choice(split, 5, 200, 0, None))
        for split in ("train", "validation", "test")
    }
    pictures = {}
    for split, part in found.items():
        assert part.images.shape == (200, 12, 40, 1)
        assert part.labels.shape == (200, 4)
        shown = part.images[:, 0, ::10, 0] // 8  # which picture stands there
        assert np.array_equal(shown % 3, part.labels)
        pictures[split] = set(shown.ravel().tolist())
    assert [len(pictures[split]) for split in found] == [21, 3, 6]
    assert len(set().union(*pictures.values())) == 30
    (tmp_path / "a_31.png").write_bytes(b"not a picture")
    broken = (
        SideBySide(path=str(tmp_path), length=4).resolved().choose(Choice("test", 5, 20, 0, None))
    )
    assert broken.unreadable[0].startswith("a_31.png (")
    assert len(broken.images) == 20
    with pytest.raises(ValueError, match="fixed shares"):
        SideBySide(path=str(tmp_path), fold=(1, 5)).resolved()
    Image.new("L", (10, 12), 251).save(tmp_path / "ab_30.png")
    with pytest.raises(ValueError, match="2 characters; each picture shows one"):
        SideBySide(path=str(tmp_path)).resolved()


def test_a_function_draws_from_the_seed(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(DRAWING)
    generator = Callable(function=f"{file}:draw", length=(2, 4), width=60, height=24).resolved()
    image, label = generator.draw(1, 5)
    assert image.shape == (24, 60, 1)
    assert label.shape == (4,)
    assert np.array_equal(generator.draw(1, 5)[0], image)
    assert not np.array_equal(generator.draw(1, 6)[0], image)
    file.write_text(DRAWING + "\n")
    assert Callable(function=f"{file}:draw").resolved().contents != generator.contents


def test_a_folder_goes_through_a_sweep(folder, tmp_path):
    sweep = tmp_path / "own.toml"
    sweep.write_text(SWEEP.format(dataset=f'generator = "folder"\npath = "{folder}"'))
    done = command("run", sweep, home=tmp_path / "home", check=0)
    assert "own: b reads" in done.stdout


BAD_FOLDERS = {
    "no folder": ('path = "nowhere"', ["nowhere'", "no such folder"]),
    "an empty folder": ('path = "{empty}"', ["no image in it", ".png"]),
    "a label outside of the alphabet": (
        'path = "{folder}"\nalphabet = "abcdxy"',
        ["'z'", "label", "not in the alphabet"],
    ),
    "more than there is": ('path = "{folder}"\nvalidation = 1', ["41", "40 labelled images"]),
    "a fold that is none": ('path = "{folder}"\nfold = [6, 5]', ["fold [6, 5]"]),
    "a label that no pattern finds": ('path = "{folder}"\npattern = "Q+"', ["no label", "'Q+'"]),
}


@pytest.mark.parametrize("case", BAD_FOLDERS)
def test_a_bad_folder(case, folder, tmp_path):
    (tmp_path / "empty").mkdir()
    said, words = BAD_FOLDERS[case]
    dataset = 'generator = "folder"\n' + said.format(folder=folder, empty=tmp_path / "empty")
    refused(dataset, words, tmp_path, 2)


BAD_FUNCTIONS = {
    "no module": ("nowhere:draw", ["'nowhere'"], 2),
    "no function named": ("mine.py", ["module:function"], 2),
    "a function that is not there": ("{file}:paint", ["no function 'paint'"], 1),
    "one that raises": ("{file}:fails", ["raised ValueError: no ink"], 1),
    "one that gives no image": ("{file}:gives_text", ["gave str where a PIL image is needed"], 1),
}


@pytest.mark.parametrize("case", BAD_FUNCTIONS)
def test_a_bad_function(case, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(DRAWING)
    function, words, code = BAD_FUNCTIONS[case]
    dataset = f'generator = "callable"\nfunction = "{function.format(file=file)}"'
    refused(dataset, words, tmp_path, code)


def refused(dataset, words, tmp_path, code):
    """Exit code, one line that says why, and no traceback."""
    sweep = tmp_path / "own.toml"
    sweep.write_text(SWEEP.format(dataset=dataset))
    done = command("run", sweep, "-q", home=tmp_path / "home")
    assert done.returncode == code, done.stderr
    said = done.stderr if code == 2 else done.stdout
    assert "Traceback" not in done.stderr + done.stdout
    line = next((line for line in said.splitlines() if words[0] in line), None)
    assert line, said
    for word in words:
        assert word in line


def test_a_missing_package_is_skipped_with_the_reason():
    from harness.datasets.packages.optional_package import require
    from harness.errors import SkippedError

    require("json", "json")
    for module in ("no_such_module", "no_such_package.module"):
        with pytest.raises(SkippedError, match="make extras"):
            require(module, "no-such-package")
