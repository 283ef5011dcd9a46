"""Generator `captcha_mixture`: captchas of many kinds, of the packages and freely composed."""

import random
import string
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from harness.datasets.generator import Length
from harness.datasets.mixture.composed_captcha import composed
from harness.datasets.mixture.package_styles import PACKAGES, Package, style
from harness.datasets.text_generator import TextGenerator

if TYPE_CHECKING:
    from PIL.Image import Image

DIGITS, UPPER, LOWER = string.digits, string.ascii_uppercase, string.ascii_lowercase
# What sites draw their texts from, and how often each is drawn here.
ALPHABETS = {
    DIGITS: 3, UPPER: 2, LOWER: 2, UPPER + DIGITS: 4, LOWER + DIGITS: 4, UPPER + LOWER: 1,
    DIGITS + UPPER + LOWER: 4,
}  # fmt: skip


class CaptchaMixture(TextGenerator):
    """Captchas of many kinds: fonts, sizes, lengths, alphabets and distortions drawn at random."""

    alphabet: str = DIGITS + UPPER + LOWER
    length: Length | tuple[Length, Length] = Field(
        (3, 8), description="characters per captcha; [3, 8]: 3 to 8, equally likely"
    )
    width: Annotated[int, Field(ge=16, le=1024)] = 128
    height: Annotated[int, Field(ge=16, le=1024)] = 40
    composed: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5, description="share of freely composed captchas; the others are of the packages"
    )
    packages: tuple[Package, ...] = Field(
        PACKAGES, min_length=1, description="generators that the others are of"
    )

    def require(self) -> None:
        """Check that the packages are installed; see Generator.require."""
        if self.composed < 1:
            for package in self.packages:
                style(package, 0, 4).require()

    def text(self, numbers: random.Random) -> str:
        """Draw a text of some of the alphabet's characters, as one site draws all of its texts."""
        length = self.length if isinstance(self.length, int) else numbers.randint(*self.length)
        (chosen,) = numbers.choices(list(ALPHABETS), list(ALPHABETS.values()))
        common = [character for character in chosen if character in self.alphabet] or self.alphabet
        return "".join(numbers.choices(common, k=length))

    def picture(self, text: str, numbers: random.Random) -> "Image":
        """Draw the text in a random way, stretched to `width` x `height`."""
        import cv2
        import numpy as np
        from PIL import Image

        from harness.images.pixels import eight_bit

        if numbers.random() < self.composed:
            pixels = composed(text, (2 * self.height, 2 * self.width), numbers)
        else:
            drawer = style(numbers.choice(self.packages), numbers.randrange(10**6), len(text))
            pixels = eight_bit(drawer.picture(text, numbers), "gray")[..., 0]
        size = self.width, self.height
        return Image.fromarray(np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)))
