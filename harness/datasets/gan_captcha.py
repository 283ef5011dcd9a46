"""Captchas that a GAN draws: one picture for each character, side by side."""

from pydantic import Field

from harness.datasets.generator import Length
from harness.options import Options


class GanCaptcha(Options):
    """Drawn by a conditional GAN of the same sweep, which knows the label of what it draws.

    Alphabet, size and color are those of the pictures that the GAN was trained on. The captchas
    are drawn in harness.gans, since that takes the trained network.
    """

    gan: str = Field(description="name of a GAN of this sweep file, as in [gans.NAME]")
    length: Length = Field(1, description="pictures side by side, of one character each")
