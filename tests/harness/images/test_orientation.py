"""A picture stands upright, once, whether it lies in a folder or a function opens it."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from harness.datasets.folder.folder import Folder
from harness.datasets.ready_made import Choice
from harness.datasets.user_function.callable import Callable, _loaded
from harness.images import pixels

WIDTH, HEIGHT = 60, 24
FORMATS = {
    "jpg": ("JPEG", {"quality": 95}),
    "png": ("PNG", {}),
    "webp": ("WEBP", {"lossless": True}),
}
FUNCTION = """
import io
from PIL import Image, ImageOps

def draw(text):
    with open({file!r}, "rb") as file:
        image = Image.open(io.BytesIO(file.read()))
    return {given}
"""


def drawn():
    """A captcha that looks different from each side."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    draw.text((4, 2), "47", fill=30, font_size=18)
    draw.rectangle((40, 14, 56, 20), fill=90)
    return image


def exif(orientation):
    block = Image.Exif()
    block[0x0112] = orientation
    return block


def saved(form, orientation, image=None, **more):
    out = io.BytesIO()
    name, options = FORMATS[form]
    (image or drawn()).save(out, name, exif=exif(orientation), **options, **more)
    return out.getvalue()


def phones(orientation):
    """A picture and a small one behind it, as phones write them."""
    out = io.BytesIO()
    small = drawn().resize((20, 8))
    drawn().save(
        out, "MPO", save_all=True, append_images=[small], exif=exif(orientation), quality=95
    )
    return out.getvalue()


def by_function(folder, data, given="image", **options):
    (folder / "picture").write_bytes(data)
    text = FUNCTION.format(file=str(folder / "picture"), given=given)
    (folder / "mine.py").write_text(text)
    _loaded.cache_clear()
    size = {"width": WIDTH, "height": HEIGHT, "length": 1, **options}
    generator = Callable(
        function=str(folder / "mine.py:draw"), folder=str(folder), **size
    ).resolved()
    return generator.draw(0, 0)[0]


def in_folder(folder, data, **options):
    (folder / "files").mkdir()
    (folder / "files" / "1_1.png").write_bytes(data)
    source = Folder(path=str(folder / "files"), **options).resolved()
    return source.choose(Choice("train", 0, 1, 0, folder)).images[0]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", FORMATS)
def test_a_function_that_opens_a_file_gives_what_a_folder_gives(form, orientation, tmp_path):
    data = saved(form, orientation)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("L")
    expected = np.asarray(upright, np.uint8)[..., None]
    size = {"width": upright.width, "height": upright.height}
    assert np.array_equal(pixels.read(data, "gray"), expected)
    assert np.array_equal(by_function(tmp_path, data, **size), expected)


GIVEN = {
    "loaded": "(image.load(), image)[1]",
    "converted": "image.convert('L')",
    "of another mode": "image.convert('RGBA')",
    "copied": "image.copy()",
    "turned by Pillow": "ImageOps.exif_transpose(image)",
    "turned by Pillow in place": "(ImageOps.exif_transpose(image, in_place=True), image)[1]",
}


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_it_is_turned_once_whatever_the_function_does(orientation, given, tmp_path):
    data = saved("png", orientation)
    expected = pixels.read(data, "gray")
    size = {"width": expected.shape[1], "height": expected.shape[0]}
    assert np.array_equal(by_function(tmp_path, data, GIVEN[given], **size), expected)


@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_what_was_opened_upright_is_not_turned_again(orientation):
    for form in FORMATS:
        data = saved(form, orientation)
        image = pixels.opened(data)
        assert np.array_equal(pixels.eight_bit(image, "gray"), pixels.read(data, "gray"))
        again = pixels.unit(image, (image.height, image.width, 1))
        assert np.array_equal(np.rint(again * 255), pixels.read(data, "gray"))


def test_numbers_of_16_bits_are_turned_too(tmp_path):
    deep = Image.fromarray(np.asarray(drawn(), np.uint16) * 257)
    out = io.BytesIO()
    deep.save(out, "PNG", exif=exif(6))
    expected = pixels.read(out.getvalue(), "gray")
    assert expected.shape == (WIDTH, HEIGHT, 1)
    size = {"width": HEIGHT, "height": WIDTH}
    assert np.array_equal(by_function(tmp_path, out.getvalue(), **size), expected)


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_phone_s_picture_of_several_is_taken_from_a_function(orientation, tmp_path):
    data = phones(orientation)
    assert Image.open(io.BytesIO(data)).is_animated
    expected = pixels.read(data, "gray")
    size = {"width": expected.shape[1], "height": expected.shape[0]}
    assert np.array_equal(by_function(tmp_path, data, **size), expected)
    assert np.array_equal(in_folder(tmp_path, data), expected)


def test_exif_that_is_none_turns_nothing():
    for block in (b"", b"Exif\0\0", b"MM\0*", "text", None):
        image = drawn()
        image.info["exif"] = block
        assert np.array_equal(pixels.eight_bit(image, "gray")[..., 0], np.asarray(image))
