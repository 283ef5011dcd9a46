"""A sweep over captchas: our breaker, 1,000 test images, PGD-40 at eight radii."""

from benchmarks.measured import HOME, carried_out
from benchmarks.page import table
from harness.results.rows.result import ResultRow
from harness.results.tally import percent
from workers.home import start_text

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


def measure() -> str:
    """Train the breaker if need be, attack it, and add up the seconds of the radii."""
    found = carried_out(start_text(SWEEP, HOME))
    own = [row for row in found.rows if row.attack == "pgd" and row.accuracy]
    rows = [(f"{row.epsilon:g}", *_left(row), f"{row.seconds:.1f}") for row in own]
    (breaker,) = found.breakers
    attacking = sum(row.seconds or 0 for row in own)
    return "\n\n".join(
        [
            "## A curve over captchas",
            "claptcha, 4 of 36 characters, 1,000 test images, whole_image, PGD-40 at eight radii, "
            "all characters to be wrong.",
            table(("radius", "captchas left", "characters left", "seconds"), rows),
            f"The whole curve takes {attacking:.0f} s, reading included; training the breaker took "
            f"{breaker.seconds or 0:.0f} s.",
        ]
    )


def _left(row: ResultRow) -> tuple[str, str]:
    if row.accuracy is None:
        return "", ""
    tally = row.accuracy.tally
    return (
        percent(tally.right_captchas, tally.captchas),
        percent(tally.right_characters, tally.characters),
    )
