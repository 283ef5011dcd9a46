"""Captchas that carry their text in plain pixels, and readers that are right as often as they say.

Also the file of a sweep's rows: `coded.py:Coded`, `coded.py:Knowing`.
"""

from typing import ClassVar

import numpy as np
from PIL import Image
from pydantic import Field

from harness.breakers.ready_made_reader import ReadyMadeReader
from harness.datasets.text_generator import TextGenerator

STEP = 20  # gray levels between two classes


class Coded(TextGenerator):
    """Draws each character as a bar of its gray, and in the first pixel how hard the captcha is."""

    width: int = 32
    height: int = 16

    def picture(self, text, numbers):
        return Image.fromarray(
            coded([self.alphabet.index(c) for c in text], numbers.randrange(100))
        )


class Knowing(ReadyMadeReader):
    """Reads a captcha when it is easier than the reader is good."""

    package: ClassVar[str] = "nothing"

    share: int = Field(50, ge=0, le=100, description="of captchas that it reads, in percent")
    blind: bool = Field(False, description="takes each 9 for an 8")
    missing: bool = Field(False, description="as if its package were not installed")

    def loaded(self):
        if self.missing:
            raise self.lacking(ImportError("planted"))

    def text(self, program, picture, alphabet):
        classes = decoded(picture)
        if self.blind:
            classes = [min(number, 8) for number in classes]
        if picture[0, 0, 0] >= self.share:
            classes[-1] = (classes[-1] + 2) % len(alphabet)
        return "".join(alphabet[n] for n in classes)


def coded(classes, hardness):
    """Draw class numbers as an image uint8 [16, 32]; `hardness` is 0 for what all can read."""
    image = np.zeros((16, 32), np.uint8)
    width = 32 // len(classes)
    for position, number in enumerate(classes):
        image[2:, position * width : (position + 1) * width] = STEP * (number + 1)
    image[1, 0] = len(classes)
    image[0, 0] = hardness
    return image


def decoded(picture):
    """Give the class numbers of an image of `coded`, [height, width, channels]."""
    length = int(picture[1, 0, 0])
    width = 32 // length
    return [int(picture[8, position * width, 0]) // STEP - 1 for position in range(length)]
