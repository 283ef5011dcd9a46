"""Captchas as the PyPI package `claptcha` (0.3.3) draws them."""

import functools
import random
import string
from typing import Annotated, Any

from pydantic import Field

from harness.datasets.fonts import font_path
from harness.datasets.generator import TextGenerator


class Claptcha(TextGenerator):
    """PyPI claptcha 0.3.3: sheared letters under one thick line."""

    alphabet: str = string.ascii_uppercase + string.digits
    width: Annotated[int, Field(ge=16, le=1024)] = 200
    height: Annotated[int, Field(ge=16, le=1024)] = 80
    font: str = Field("DancingScript-Regular", description="a name or a file")
    noise: Annotated[float, Field(ge=0, le=1)] = Field(0.0, description="strength of white noise")
    margin_x: Annotated[int, Field(ge=0)] = Field(20, description="pixels left and right")
    margin_y: Annotated[int, Field(ge=0)] = Field(20, description="pixels above and below")

    def check(self) -> None:
        """Refuse a font that is not there, and margins that leave no room for a letter."""
        font_path(self.font)
        if 2 * self.margin_y >= self.height:
            raise ValueError(
                f"margin_y {self.margin_y} leaves no room in a height of {self.height}; "
                f"choose less than {self.height / 2:g}"
            )

    def text(self, numbers: random.Random) -> str:
        """A text as in the reference experiment.

        Where the alphabet has letters and digits, each character is one or the other with equal
        chance, then uniform among its kind.
        """
        digits = [character for character in self.alphabet if character.isdigit()]
        others = [character for character in self.alphabet if not character.isdigit()]
        kinds = [kind for kind in (others, digits) if kind]
        return "".join(numbers.choice(numbers.choice(kinds)) for _ in range(self.length))

    def picture(self, text: str, numbers: random.Random) -> Any:
        """Draw the text with the package's own code, its random numbers replaced."""
        import claptcha.claptcha

        claptcha.claptcha.random = numbers
        drawer = _drawer(self)
        drawer.source = text
        return drawer.image[1]


@functools.cache
def _drawer(options: Claptcha) -> Any:
    """One drawer for each set of options: it keeps its font loaded."""
    from claptcha import Claptcha as Drawer
    from PIL import ImageFont

    class SizedFont(ImageFont.FreeTypeFont):
        """The font of old Pillow: `getsize`, which claptcha calls, is gone since Pillow 10."""

        def getsize(self, text: str) -> tuple[int, int]:
            """Width and height of the text, in pixels."""
            box = self.getbbox(text)
            return int(box[2]), int(box[3])

    class FontDrawer(Drawer):  # type: ignore[misc] # claptcha carries no types
        """Takes a font object, which claptcha's own setter refuses."""

        font = SizedFont(str(font_path(options.font)), options.height - 2 * options.margin_y)

    size = (options.width, options.height)
    margin = (options.margin_x, options.margin_y)
    # The constructor assigns its font argument to the attribute: hand it the one we set.
    return FontDrawer("", FontDrawer.font, size, margin, noise=options.noise)
