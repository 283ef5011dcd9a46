"""Generator `django_simple_captcha`: as the PyPI package `django-simple-captcha` draws.

It imports as `captcha`, as the package of that name does: they cannot be installed together. So it
is rebuilt from its parameters; the pixels are those of version 0.7.0.
"""

import functools
import random
import string
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from harness.datasets.text_generator import TextGenerator
from harness.datasets.typography.fonts import font_path
from harness.datasets.typography.glyphs import check_letters
from harness.datasets.typography.legibility import alike

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

BACKGROUND, FOREGROUND = "#ffffff", "#001100"
TOP = 4  # pixels above the letters
DOTS = 0.1  # of all pixels


class DjangoSimpleCaptcha(TextGenerator):
    """As PyPI django-simple-captcha 0.7: rotated letters, an arc, two lines and dots, smoothed.

    The package cuts each image to its text; here white fills it up to `width` and `height`.
    """

    alphabet: str = string.ascii_uppercase
    width: Annotated[int, Field(ge=16, le=1024)] = 104
    height: Annotated[int, Field(ge=16, le=1024)] = 38
    font: str = Field("Vera", description="name of a font, or path of a font file")
    font_size: Annotated[int, Field(ge=6, le=200)] = Field(22, description="of the font, in points")
    rotation: tuple[int, int] = Field(
        (-35, 35), description="range of random angles in degrees; the upper end is excluded"
    )

    def check(self) -> None:
        """Refuse a font that does not exist or lacks a character, and an empty range of angles."""
        check_letters([self.font], self.alphabet)
        if self.rotation[0] >= self.rotation[1]:
            raise ValueError(f"rotation {list(self.rotation)}: the smaller angle first")

    def warnings(self) -> tuple[str, ...]:
        """Warn of letters that look the same."""
        return alike([self.font], self.alphabet)

    def picture(self, text: str, numbers: random.Random) -> "Image":
        """Draw the text, reduced to `width` x `height` where it is larger."""
        from PIL import Image

        image = self._cut(text, numbers)
        if image.width > self.width or image.height > self.height:
            image.thumbnail((self.width, self.height))
        filled = Image.new("RGB", (self.width, self.height), BACKGROUND)
        filled.paste(image, (0, 0))
        return filled

    def _cut(self, text: str, numbers: random.Random) -> "Image":
        """Draw the package's image, which is as wide as its text."""
        from PIL import Image, ImageDraw, ImageFilter

        font = _face(self.font, self.font_size)
        wide, high = _size(font, text)
        size = wide * 2, int(high * 1.4)
        image = Image.new("RGB", size, BACKGROUND)
        across = 2
        for character in text:
            padded = f" {character} "
            letter = Image.new("L", _size(font, padded), 0)
            ImageDraw.Draw(letter).text((0, 0), padded, font=font, fill=255)
            turned = letter.rotate(numbers.randrange(*self.rotation), Image.Resampling.BICUBIC)
            turned = turned.crop(turned.getbbox())
            mask = Image.new("L", size)
            mask.paste(turned, (across, TOP))
            image = Image.composite(Image.new("RGB", size, FOREGROUND), image, mask)
            across += 2 + turned.width
        image = image.crop((0, 0, across + 1, size[1]))
        draw, (wide, high) = ImageDraw.Draw(image), image.size
        draw.arc((-20, -20, wide, 20), 0, 295, fill=FOREGROUND)
        draw.line((-20, 20, wide + 20, high - 20), fill=FOREGROUND)
        draw.line((-20, 0, wide + 20, high), fill=FOREGROUND)
        for _ in range(int(wide * high * DOTS)):
            dot = numbers.randint(0, wide), numbers.randint(0, high)
            draw.point(dot, fill=FOREGROUND)
        return image.filter(ImageFilter.SMOOTH)


@functools.cache
def _face(font: str, points: int) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(str(font_path(font)), points)


def _size(font: "FreeTypeFont", text: str) -> tuple[int, int]:
    """Measure a text as the package does, which confuses the box's left side and top."""
    left, top, right, bottom = font.getbbox(text)
    return int(right - top), int(bottom - left)
