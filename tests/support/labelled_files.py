"""Folders of labelled pictures, and what is said of them."""

import unicodedata

import numpy as np
import pytest
from PIL import Image, ImageDraw
from pydantic import ValidationError

from harness.datasets.folder.folder import Folder

DIGITS = [f"{number * 7919 % 10000:04d}" for number in range(40)]


def draw(label, number=0, size=(60, 24)):
    """A picture that no other number gives."""
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).text((3 + number % 7, 2 + number % 5), label, fill=0, font_size=15)
    speckled = np.array(image)
    speckled[np.random.default_rng(number).random(speckled.shape) < 0.1] = 90
    return Image.fromarray(speckled)


def fill(folder, labels=DIGITS, suffix=".png"):
    folder.mkdir(exist_ok=True)
    for number, label in enumerate(labels):
        shown = unicodedata.normalize("NFC", label)
        draw(shown, number).save(folder / f"{label}_{number:04d}{suffix}")
    return folder


def refused(folder, *words, **options):
    with pytest.raises(ValueError, match=r".") as raised:
        Folder(path=str(folder), **options).resolved()
    error = raised.value  # of a validator, or of what was read
    line = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
    assert "\n" not in line
    for word in words:
        assert word in line, line
    return line


def warned(folder, kind, *words, **options):
    warnings = Folder(path=str(folder), **options).resolved().warnings()
    (line,) = [warning for warning in warnings if warning.startswith(kind)]
    assert "\n" not in line
    for word in words:
        assert word in line, line


def plain(folder, **options):
    """A folder of which nothing can be said: its facts."""
    read = Folder(path=str(folder), **options).resolved()
    assert read.warnings() == ()
    return read
