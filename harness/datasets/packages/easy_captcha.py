"""Generator `easy_captcha`: as the PyPI package `easy-captcha-python` draws."""

import functools
import importlib.util
import io
import random
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from harness.datasets.generator import Length
from harness.datasets.packages.image_captcha import SeededSecrets
from harness.datasets.packages.optional_package import require
from harness.datasets.text_generator import TextGenerator
from harness.datasets.typography.glyphs import check_glyphs, check_visible
from harness.datasets.typography.legibility import alike_in
from harness.errors import HarnessError

if TYPE_CHECKING:
    from PIL.Image import Image

FONTS = 10  # in the package; all have the letters and digits of ASCII
POINTS = 32  # of its letters
SHORTEST, NARROWEST_ROOM = 24, 16  # pixels for a letter, of which a quarter is lost at most


class EasyCaptcha(TextGenerator):
    """As PyPI easy-captcha-python 1.0: upright letters in colors, two rings and a curve."""

    alphabet: str = "23456789ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz"
    length: Length | tuple[Length, Length] = Field(
        5, description="characters per captcha; [4, 6]: 4, 5 or 6, equally likely"
    )
    width: Annotated[int, Field(ge=16, le=1024)] = 130
    height: Annotated[int, Field(ge=16, le=1024)] = 48
    font: Annotated[int, Field(ge=0, lt=FONTS)] = Field(
        0, description="number of one of the package's fonts, 0 to 9"
    )

    def check(self) -> None:
        """Refuse characters that the font lacks, and letters that the picture cuts off."""
        check_visible(self.alphabet)
        room = self.width // self.text_length()
        if self.height < SHORTEST or room < NARROWEST_ROOM:
            raise ValueError(
                f"width {self.width}, height {self.height}: the package's letters of {POINTS} "
                f"points are cut off; choose at least {NARROWEST_ROOM * self.text_length()} x "
                f"{SHORTEST} for {self.text_length()} characters"
            )
        if not (self.alphabet.isascii() and self.alphabet.isalnum()) and _installed():
            check_glyphs(f"{self.font} of easy-captcha-python", _font(self.font), self.alphabet)

    def warnings(self) -> tuple[str, ...]:
        """Warn of letters that look the same."""
        if not _installed():
            return ()
        return alike_in(f"{self.font} of easy-captcha-python", _font(self.font), self.alphabet)

    def require(self) -> None:
        """Check that the package is installed; see Generator.require."""
        require("easy_captcha", "easy-captcha-python")

    def picture(self, text: str, numbers: random.Random) -> "Image":
        """Draw the text with the package's own code, its random numbers replaced.

        Raises:
            HarnessError: the package could not draw it.
        """
        import easy_captcha.base.randoms
        import PIL.Image

        easy_captcha.base.randoms.secrets = SeededSecrets(numbers)
        drawer, file = _drawer(self), io.BytesIO()
        drawer._chars = text
        if not drawer.out(file):
            raise HarnessError(f"easy-captcha-python cannot draw {text!r}")
        return PIL.Image.open(file)


def _installed() -> bool:
    return importlib.util.find_spec("easy_captcha") is not None


def _font(number: int) -> Path:
    """Give the file of one of the package's fonts."""
    import easy_captcha.constants

    folder = Path(easy_captcha.__file__).parent / "fonts"
    return folder / str(easy_captcha.constants.FONT_NAMES[number])


@functools.cache
def _drawer(options: EasyCaptcha) -> Any:
    """Build the package's drawer, once for each set of options: it keeps its font loaded."""
    from easy_captcha import SpecCaptcha

    drawer = SpecCaptcha(options.width, options.height)
    drawer.set_font(options.font)
    return drawer
