"""What a target is: looked at, or refused in one line that is true."""

import itertools

import pytest
from labelled_files import DIGITS, draw, fill
from PIL import Image

from harness.assessment import target as targets
from harness.assessment.target import fitting, generators, look
from harness.assessment.wishes import Wishes
from harness.errors import HarnessError, SpecError
from harness.registry import GENERATORS

FOUR = Wishes(alphabet="0-9", length="4")
SITE = """
import sys
from PIL import Image, ImageDraw
print("imported")
def draw(text):
    print("drawing", text)
    image = Image.new("RGB", (90, 31), "white")
    ImageDraw.Draw(image).text((5, 5), text, fill=0)
    return image
def huge(text):
    return Image.new("L", (3000, 600), 255)
def raises(text):
    raise ValueError("no such font\\nat all")
def ends(text):
    sys.exit(3)
def nothing(text):
    return None
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "shop.py").write_text(SITE)
    return tmp_path


def refused(asked, folder, wishes=FOUR, kind=SpecError):
    with pytest.raises(kind) as raised:
        look(asked, wishes, folder)
    line = str(raised.value)
    assert "\n" not in line
    return line


def test_a_folder_is_counted(tmp_path):
    fill(tmp_path / "mine")
    draw(DIGITS[0], 0).save(tmp_path / "mine" / f"{DIGITS[0]}_copy.png")
    seen = look("mine", Wishes(), tmp_path)
    assert (seen.kind, seen.pictures, seen.files) == ("folder", 40, 41)
    assert seen.lengths == (4, 4)
    assert seen.table["path"] == str(tmp_path / "mine")


def test_a_table_of_labels_is_a_folder(tmp_path):
    fill(tmp_path / "mine")
    names = sorted(file.name for file in (tmp_path / "mine").iterdir())
    lines = ["file,label", *(f"mine/{name},{name[:4]}" for name in names)]
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    seen = look(str(tmp_path / "labels.csv"), Wishes(), tmp_path / "elsewhere")
    assert seen.pictures == 40


def test_a_function_is_called_once_for_its_size(site):
    seen = look("shop.py:draw", FOUR, site)
    assert (seen.kind, seen.table["width"], seen.table["height"]) == ("function", 90, 31)
    assert seen.pictures is None
    assert seen.table["function"] == f"{site}/shop.py:draw"


def test_a_module_is_looked_for_where_the_shell_stands(site):
    seen = look("shop:draw", FOUR, site)
    assert seen.table["folder"] == str(site)
    assert look("shop.py:huge", FOUR, site).options.image_shape() == (205, 1024, 1)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("raises", "raised ValueError: no such font"),
        ("ends", "raised SystemExit: 3"),
        ("nothing", "gave NoneType where a PIL image is needed"),
        ("gone", "has no function 'gone'"),
    ],
)
def test_a_function_that_draws_nothing(site, function, words):
    assert words in refused(f"shop.py:{function}", site, kind=HarnessError)


def test_a_function_needs_texts(site):
    assert "--alphabet" in refused("shop.py:draw", site, Wishes())
    assert "no such" not in refused("shop.py", site)
    assert "name a function in it" in refused("shop.py", site)
    assert "there is no file" in refused("other.py:draw", site)


def test_generators_by_their_name(tmp_path):
    seen = look("image_captcha", Wishes(alphabet="A-C", length="4-6"), tmp_path)
    assert seen.table == {"alphabet": "ABC", "length": [4, 6]}
    assert seen.lengths == (4, 6)
    assert "did you mean 'image_captcha'" in refused("image_capcha", tmp_path)
    for name in GENERATORS.keys() - set(generators()):
        assert "cannot be assessed by its name" in refused(name, tmp_path)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("nowhere", "there is no such folder"),
        ("", "no target"),
        ("http://example.org/login", "only pages of this machine are visited"),
        ("ftp://127.0.0.1/", "only pages of this machine are visited"),
        ("x" * 5000, "there is no such folder"),
        ("sweep.toml", "captcha-harness run"),
    ],
)
def test_what_is_no_target(tmp_path, asked, words):
    (tmp_path / "sweep.toml").write_text("")
    assert words in refused(asked, tmp_path)


def test_a_page_must_say_its_texts():
    assert "--alphabet" in refused("http://127.0.0.1:8000/", None, Wishes())


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (["7777"] * 30, "7777"),
        ([], "no image in it"),
        (["48 21", *DIGITS], "cannot be right"),
    ],
)
def test_folders_that_cannot_be_taken(tmp_path, labels, words):
    fill(tmp_path / "mine", labels)
    assert words in refused("mine", tmp_path, Wishes())


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "mine").mkdir()
    for label in DIGITS:
        (tmp_path / "mine" / f"{label}.png").write_bytes(b"no picture")
    assert "no image in it can be read" in refused("mine", tmp_path, Wishes())


@pytest.mark.parametrize(
    ("alphabet", "characters"),
    [("0-9", "0123456789"), ("A-Ca-c", "ABCabc"), ("abc-", "abc-"), ("0-3x-z", "0123xyz")],
)
def test_ranges_of_characters(alphabet, characters):
    assert Wishes(alphabet=alphabet).characters() == characters


@pytest.mark.parametrize("length", ["x", "4-", "-4", "4-5-6", "1000"])
def test_lengths_that_are_none(length):
    with pytest.raises(SpecError, match="--length"):
        Wishes(length=length).lengths()


def test_sizes_are_such_that_a_data_set_takes_them():
    for width, height in itertools.product((1, 90, 1024, 5000), repeat=2):
        fitted = fitting(width, height)
        assert all(16 <= side <= 1024 for side in fitted)
    assert fitting(200, 70) == (200, 70)


def test_a_name_of_a_picture_is_no_folder(tmp_path):
    Image.new("L", (20, 20)).save(tmp_path / "1234.png")
    assert "name its folder" in refused("1234.png", tmp_path, Wishes())
    assert targets.SMALLEST == 16
