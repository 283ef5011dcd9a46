"""The stock package `claptcha`, made to draw from a seed: what our drawing is held against."""

import functools
import random
from typing import Any

from harness.datasets.claptcha import Claptcha
from harness.datasets.fonts import font_path


def stock_picture(options: Claptcha, text: str, numbers: random.Random) -> Any:
    """Draw the text with the package's own code, its random numbers replaced; RGB."""
    import claptcha.claptcha

    claptcha.claptcha.random = numbers
    drawer = _drawer(options)
    drawer.source = text
    return drawer.image[1]


@functools.cache
def _drawer(options: Claptcha) -> Any:
    """Give one drawer for each set of options: it keeps its font loaded."""
    from claptcha import Claptcha as Drawer
    from PIL import ImageFont

    class SizedFont(ImageFont.FreeTypeFont):
        """The font of old Pillow: `getsize`, which claptcha calls, is gone since Pillow 10."""

        def getsize(self, text: str) -> tuple[int, int]:
            """Give width and height of the text, in pixels."""
            box = self.getbbox(text)
            return int(box[2]), int(box[3])

    class FontDrawer(Drawer):  # type: ignore[misc] # claptcha carries no types
        """Takes a font object, which claptcha's own setter refuses."""

        font = SizedFont(str(font_path(options.font)), options.height - 2 * options.margin_y)

    size = (options.width, options.height)
    margin = (options.margin_x, options.margin_y)
    # The constructor assigns its font argument to the attribute: hand it the one we set.
    return FontDrawer("", FontDrawer.font, size, margin, noise=options.noise)
