"""A sweep over captchas: our breaker, 1,000 test images, PGD-40 at eight radii."""

from dataclasses import dataclass

from benchmarks.measured import HOME, carried_out
from harness.results.rows.result import ResultRow
from harness.results.tally import Tally, percent
from harness.runs.creation import start_text

SWEEP = """
name = "captcha-curve"
seed = 1
epsilons = [0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3]

[datasets.claptcha]
generator = "claptcha"
length = 4
train = 16000
validation = 1000
test = 1000

[breakers.whole_image]
dataset = "claptcha"
architecture = "whole_image"

[attacks.pgd]
attack = "pgd"
"""


@dataclass(frozen=True)
class Radius:
    """What is left at one radius."""

    epsilon: float
    captchas: str
    characters: str
    seconds: float


@dataclass(frozen=True)
class CaptchaCurve:
    """A curve over captchas; `training`: seconds that the breaker took."""

    radii: tuple[Radius, ...]
    training: float

    @property
    def attacking(self) -> float:
        """Add up the seconds of all radii."""
        return sum(radius.seconds for radius in self.radii)


def measure() -> CaptchaCurve:
    """Train the breaker if need be, and attack it."""
    document = carried_out(start_text(SWEEP, HOME))
    radii = tuple(
        _radius(row, row.accuracy.tally)
        for row in document.rows
        if row.attack == "pgd" and row.accuracy
    )
    (breaker,) = document.breakers
    return CaptchaCurve(radii, breaker.seconds or 0.0)


def _radius(row: ResultRow, tally: Tally) -> Radius:
    return Radius(
        row.epsilon,
        percent(tally.right_captchas, tally.captchas),
        percent(tally.right_characters, tally.characters),
        row.seconds or 0.0,
    )
