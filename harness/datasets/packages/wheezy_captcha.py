"""Generator `wheezy_captcha`: the PyPI package `wheezy.captcha`, set up as it documents."""

import functools
import random
import string
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from harness.datasets.generator import Points
from harness.datasets.packages.optional_package import is_there, require
from harness.datasets.text_generator import TextGenerator
from harness.datasets.typography.fonts import font_path
from harness.datasets.typography.glyphs import check_letters, check_sizes
from harness.datasets.typography.legibility import alike, cut_letters

if TYPE_CHECKING:
    from PIL.Image import Image

LETTER = 0.6  # pixels of width to a point, once it is turned


class WheezyCaptcha(TextGenerator):
    """As PyPI wheezy.captcha 3: overlapping letters, warped and rotated, a thick curve, dashes."""

    alphabet: str = string.ascii_uppercase + string.digits
    width: Annotated[int, Field(ge=16, le=1024)] = 200
    height: Annotated[int, Field(ge=16, le=1024)] = 75
    fonts: tuple[str, ...] = Field(
        ("DroidSansMono",), min_length=1, description="names of fonts, or paths of font files"
    )
    font_sizes: tuple[Points, ...] = Field(
        (65, 70, 75), min_length=1, description="of the fonts, in points"
    )
    squeeze: Annotated[float, Field(gt=0, le=2)] = Field(
        0.8, description="step from letter to letter, in widths of a letter; below 1 they overlap"
    )

    def check(self) -> None:
        """Refuse fonts that lack a character, and letters that the picture cuts off."""
        check_letters(self.fonts, self.alphabet)
        check_sizes(self.font_sizes, self.height)
        points = sum(self.font_sizes) / len(self.font_sizes)
        letter, before = LETTER * points, self.text_length() - 1
        if before * self.squeeze * letter > self.width:
            needed = round((before * self.squeeze + 1) * letter)
            raise ValueError(
                f"width {self.width}: {before + 1} letters of about {points:.0f} points take some "
                f"{needed} pixels, and the first and last are cut off; choose at least {needed}, "
                "or smaller font_sizes"
            )

    def warnings(self) -> tuple[str, ...]:
        """Warn of letters that the picture cuts off, and of those that look the same."""
        cut: tuple[str, ...] = ()
        if is_there("wheezy.captcha.image"):
            points = max(self.font_sizes)
            cut = cut_letters(_letter, self.fonts, points, self.alphabet, self.height)
        return cut + alike(self.fonts, self.alphabet)

    def require(self) -> None:
        """Check that the package is installed; see Generator.require."""
        require("wheezy.captcha.image", "wheezy.captcha")

    def picture(self, text: str, numbers: random.Random) -> "Image":
        """Draw the text with the package's own code, its random numbers replaced."""
        import wheezy.captcha.image

        wheezy.captcha.image.random = numbers
        return _drawer(self)(text)


def _letter(character: str, font: str, points: int, numbers: random.Random) -> "Image":
    """Draw the ink of one letter, as the package warps, rotates and moves it."""
    import PIL.Image
    import wheezy.captcha.image
    from PIL import ImageDraw, ImageFont

    wheezy.captcha.image.random = numbers
    face = ImageFont.truetype(str(font_path(font)), points)
    box = face.getbbox(character)
    ink = PIL.Image.new("RGB", (int(box[2]), int(box[3])))
    ImageDraw.Draw(ink).text((0, 0), character, font=face, fill="white")
    ink = ink.crop(ink.getbbox())
    for change in _changes():
        ink = change(ink)
    return ink.convert("L")


def _changes() -> list[Callable[["Image"], "Image"]]:
    """List the transformations of a letter before it is pasted."""
    from wheezy.captcha import image

    return [image.warp(), image.rotate(), image.offset()]


@functools.cache
def _drawer(options: WheezyCaptcha) -> Callable[[str], "Image"]:
    """Build the package's drawer, once for each set of options: it keeps its fonts loaded."""
    from wheezy.captcha import image

    drawer: Callable[[str], Image] = image.captcha(
        drawings=[
            image.background(),
            image.text(
                fonts=[str(font_path(font)) for font in options.fonts],
                font_sizes=options.font_sizes,
                drawings=_changes(),
                squeeze_factor=options.squeeze,
            ),
            image.curve(),
            image.noise(),
            image.smooth(),
        ],
        width=options.width,
        height=options.height,
    )
    return drawer
