"""Generator `page`: stands for the captchas of a page, which only visits see."""

import random
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from harness.datasets.text_generator import TextGenerator

if TYPE_CHECKING:
    from PIL.Image import Image


class Page(TextGenerator):
    """Noise: stands for the captchas of a page, which only visits see; says what they can be.

    A breaker that visits a page of somebody's own must know alphabet, length and size of what it
    is going to be shown. What is drawn here is noise, and no figure is made of it.
    """

    stands_in: ClassVar[bool] = True

    def picture(self, text: str, numbers: random.Random) -> "Image":
        """Draw noise, whatever the text."""
        import PIL.Image

        noise = np.frombuffer(numbers.randbytes(self.width * self.height), np.uint8)
        return PIL.Image.fromarray(noise.reshape(self.height, self.width))
