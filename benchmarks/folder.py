"""A folder of 1,000 labelled captchas, as a site's owner would collect them: five folds."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks import steps
from benchmarks.measured import CleanRates, document_of
from harness.datasets.export import export
from harness.measurements.execution import carry_out
from harness.progress import no_progress
from harness.results.tally import percent
from harness.runs.creation import start_text

DRAWN = """
name = "drawn"
seed = 77
epsilons = [0.0]

[datasets.site]
generator = "wheezy_captcha"
alphabet = "2345678bcdefgmnpwxy"
length = 5
width = 200
height = 50
font_sizes = [40, 44, 48]
train = 1
test = 1000

[breakers.none]
dataset = "site"
architecture = "whole_image"
"""
SWEEP = """
name = "folds"
seed = 1
epsilons = [0.0]

[datasets.site]
generator = "folder"
path = "{folder}"
vary.fold = [[1, 5], [2, 5], [3, 5], [4, 5], [5, 5]]
train = 900
test = 100

[breakers.whole_image]
vary.dataset = ["site-1-5", "site-2-5", "site-3-5", "site-4-5", "site-5-5"]
architecture = "whole_image"
"""


@dataclass(frozen=True)
class Folds:
    """What is read of each fold, and of all of them: right captchas, and captchas."""

    folds: tuple[CleanRates, ...]
    right: int
    captchas: int

    @property
    def share(self) -> str:
        """Show the share of right captchas over all folds."""
        return percent(self.right, self.captchas)


def measure() -> Folds:
    """Draw the folder, then train and test on each fold."""
    with tempfile.TemporaryDirectory() as work:
        home, captchas = Path(work) / "home", Path(work) / "captchas"
        drawn = start_text(DRAWN, home)
        artifact = carry_out(steps.drawn(drawn, "site", "test"), drawn.store, drawn.sources)
        export(artifact, captchas, None, no_progress)
        results = document_of(SWEEP.format(folder=captchas), home)
    tallies = [breaker.accuracy.tally for breaker in results.breakers if breaker.accuracy]
    return Folds(
        tuple(CleanRates.of(breaker) for breaker in results.breakers),
        sum(tally.right_captchas for tally in tallies),
        sum(tally.captchas for tally in tallies),
    )
