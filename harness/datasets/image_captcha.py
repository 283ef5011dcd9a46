"""Captchas as the PyPI package `captcha` (0.7.1) draws them."""

import functools
import random
from typing import Any

from pydantic import Field

from harness.datasets.fonts import font_path
from harness.datasets.generator import TextGenerator


class SeededSecrets:
    """Stands in for the module `secrets`, from which the package draws: same calls, a seed."""

    def __init__(self, numbers: random.Random) -> None:
        """Draw from `numbers`."""
        self.randbelow = numbers.randrange
        self.choice = numbers.choice
        self.randbits = numbers.getrandbits


class ImageCaptcha(TextGenerator):
    """PyPI captcha 0.7.1: rotated and warped characters, dots and an arc."""

    fonts: tuple[str, ...] = Field(("DroidSansMono",), min_length=1, description="names or files")
    font_sizes: tuple[int, ...] = Field((42, 50, 56), min_length=1, description="points")

    def check(self) -> None:
        """Refuse fonts that are not there."""
        for font in self.fonts:
            font_path(font)

    def picture(self, text: str, numbers: random.Random) -> Any:
        """Draw the text with the package's own code, its random numbers replaced."""
        import captcha.image

        captcha.image.secrets = SeededSecrets(numbers)
        return _drawer(self).generate_image(text)


@functools.cache
def _drawer(options: ImageCaptcha) -> Any:
    """One drawer for each set of options: it keeps its fonts loaded."""
    import captcha.image

    files = [str(font_path(font)) for font in options.fonts]
    return captcha.image.ImageCaptcha(options.width, options.height, files, options.font_sizes)
