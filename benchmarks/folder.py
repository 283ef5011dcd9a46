"""A folder of 1,000 labelled captchas, as a site's owner would collect them: five folds."""

import tempfile
from pathlib import Path

from benchmarks.measured import document_of, rates
from benchmarks.page import table
from harness.datasets.export import export
from harness.measurements.execution import carry_out
from harness.progress import no_progress
from harness.results.tally import percent
from workers.home import start_text

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


def measure() -> str:
    """Draw the folder, then train and test on each fold."""
    with tempfile.TemporaryDirectory() as place:
        drawn = start_text(DRAWN, Path(place) / "home")
        step = next(step for step in drawn.plan.steps if step.label == "draw site test")
        folder = Path(place) / "captchas"
        export(carry_out(step, drawn.store, drawn.sources), folder, None, no_progress)
        found = document_of(SWEEP.format(folder=folder), Path(place) / "home")
    tallies = [one.accuracy.tally for one in found.breakers if one.accuracy]
    right, all_ = (
        sum(getattr(tally, name) for tally in tallies) for name in ("right_captchas", "captchas")
    )
    rows = [(one.dataset, *rates(one), f"{one.seconds or 0:.0f}") for one in found.breakers]
    return "\n\n".join(
        [
            "## A folder of 1,000 captchas",
            "200 x 50 pixels, 5 of 19 characters, drawn by wheezy.captcha, which our breaker was "
            "not built on. whole_image is trained on 900 and tested on 100, five times over.",
            table(("fold", "characters", "captchas", "95 % of captchas", "s training"), rows),
            f"Of all {all_}: {percent(right, all_)} of captchas.",
        ]
    )
