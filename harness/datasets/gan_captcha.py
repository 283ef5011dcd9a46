"""Captchas that a GAN draws: one picture for each character, side by side."""

from pydantic import Field

from harness.datasets.generator import Length
from harness.options import Options


class GanCaptcha(Options):
    """Draws with a conditional GAN of the same sweep, so that the labels are known.

    Alphabet, size and color are those of the pictures that the GAN was trained on. What it draws
    is drawn by harness.gans.trained_gan.draw_captchas, for it takes the trained network.
    """

    gan: str = Field(description="a table of this file: [gans.NAME]")
    length: Length = Field(1, description="pictures side by side")
