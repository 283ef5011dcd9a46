"""Generator `image_captcha`: the PyPI package `captcha`, 0.7.1 by its code, earlier ones rebuilt.

Versions differ in how large a letter's canvas is, how far letters are warped, and where the arc
may run; the rest is the package's code, unchanged since 0.5.0. The versions cannot be installed
side by side, so the earlier ones are the installed package with these three places put back. They
give the pixels of the packages themselves, but for one offset that is drawn mirrored.
"""

import functools
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from harness.datasets.generator import Points
from harness.datasets.text_generator import TextGenerator
from harness.datasets.typography.fonts import font_path
from harness.datasets.typography.glyphs import check_letters, check_sizes
from harness.datasets.typography.legibility import alike, cut_letters

if TYPE_CHECKING:
    from PIL.Image import Image

Version = Literal["0.5.0", "0.6.0", "0.7.1", "0.7.1_intended"]


class SeededSecrets:
    """Seeded replacement of the module `secrets`, from which the package draws."""

    def __init__(self, numbers: random.Random) -> None:
        """Draw from `numbers`."""
        self.numbers = numbers
        self.randbelow = numbers.randrange
        self.choice = numbers.choice
        self.randbits: Callable[[int], float] = numbers.getrandbits


class SeededRandom(SeededSecrets):
    """Seeded replacement where an earlier version drew from the module `random`."""

    def __init__(self, numbers: random.Random) -> None:
        """Draw from `numbers`: what 0.7.1 makes of 32 bits, `random()` made at once."""
        super().__init__(numbers)
        self.randbits = self._unit

    def _unit(self, bits: int) -> float:
        """Draw a fraction of 2**bits, by which the package divides it."""
        return self.numbers.random() * float(2**bits)


class ImageCaptcha(TextGenerator):
    """As PyPI captcha: rotated and warped characters, dots and an arc."""

    fonts: tuple[str, ...] = Field(
        ("DroidSansMono",), min_length=1, description="names of fonts, or paths of font files"
    )
    font_sizes: tuple[Points, ...] = Field(
        (42, 50, 56), min_length=1, description="of the fonts, in points"
    )
    version: Version = Field(
        "0.7.1",
        description="of the package; 0.7.1_intended: with the warp that its constants intend",
    )

    def check(self) -> None:
        """Refuse fonts that do not exist, lack a character, or are too large for the image."""
        check_letters(self.fonts, self.alphabet)
        check_sizes(self.font_sizes, self.height)

    def warnings(self) -> tuple[str, ...]:
        """Warn of letters that the picture cuts off, and of those that look the same."""
        cut = cut_letters(
            self._letter, self.fonts, max(self.font_sizes), self.alphabet, self.height
        )
        return cut + alike(self.fonts, self.alphabet)

    def _letter(self, character: str, font: str, points: int, numbers: random.Random) -> "Image":
        """Draw the ink of one letter, as the package rotates and warps it."""
        from PIL import Image, ImageDraw

        drawer = _drawer(self.model_copy(update={"fonts": (font,), "font_sizes": (points,)}))
        self._seed(numbers)
        measure = ImageDraw.Draw(Image.new("RGB", (1, 1)))
        letter: Image.Image = drawer._draw_character(character, measure, (0, 0, 0, 255))
        return letter.getchannel("A")

    def _seed(self, numbers: random.Random) -> None:
        """Replace the package's source of random numbers."""
        import captcha.image

        current = self.version.startswith("0.7.1")
        captcha.image.secrets = (SeededSecrets if current else SeededRandom)(numbers)

    def picture(self, text: str, numbers: random.Random) -> "Image":
        """Draw the text with the package's own code, its random numbers replaced."""
        self._seed(numbers)
        image: Image = _drawer(self).generate_image(text)
        return image


@functools.cache
def _drawer(options: ImageCaptcha) -> Any:
    """Build the package's drawer, once for each set of options: it keeps its fonts loaded."""
    import captcha.image

    from harness.datasets.packages.image_captcha_versions import drawer_class

    files = [str(font_path(font)) for font in options.fonts]
    drawer = captcha.image.ImageCaptcha if options.version == "0.7.1" else drawer_class()
    drawing = drawer(options.width, options.height, files, options.font_sizes)
    drawing.version = options.version
    return drawing
