"""Our breaker and the published one on the same claptcha images, trained one after the other."""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.measured import carried_out, rates
from benchmarks.page import table
from harness.breakers.reader import trained_reader
from harness.measurements.inputs import labelled
from workers.home import start_text

ONES, ROUNDS = 200, 5
SWEEP = """
name = "claptcha"
seed = 1
epsilons = [0.0]

[datasets.claptcha]
generator = "claptcha"
length = 4
train = 16000
validation = 4000
test = 4000

[breakers.sliced_cnn]
dataset = "claptcha"
architecture = "sliced_cnn"
epochs = 20

[breakers.whole_image]
dataset = "claptcha"
architecture = "whole_image"
"""


def measure() -> str:
    """Train both, read the test images, then time our breaker on many captchas and on one."""
    with tempfile.TemporaryDirectory() as home:
        run = start_text(SWEEP, Path(home))
        found = carried_out(run)
        steps = {step.label: step for step in run.plan.steps}
        trained = run.store.path("breakers", steps["train whole_image"].digest)
        drawn = run.store.find("datasets", steps["draw claptcha test"].digest)
        if drawn is None:
            raise RuntimeError("the test split is drawn above")
        data = labelled(drawn)
        many, one = speeds(trained, np.array(data.images))
    theirs, ours = found.breakers
    rows = [
        (one.breaker, *rates(one), f"{one.parameters or 0:,}", f"{one.seconds or 0:.0f}")
        for one in found.breakers
    ]
    head = ("breaker", "characters", "captchas", "95 % of captchas", "parameters", "s training")
    return "\n\n".join(
        [
            "## Our breaker and the published one on claptcha",
            "4 of 36 characters, 16,000 training images, 4,000 test images that neither training "
            "has seen. sliced_cnn: the published recipe, 20 epochs. whole_image: as it is when "
            "nothing is said. One after the other in one process.",
            table(head, rows),
            f"whole_image takes {(ours.seconds or 0) / (theirs.seconds or 1):.2f} of the published "
            f"recipe's training time. It reads {many:,.0f} captchas a second in batches, and one "
            f"in {one:.1f} ms (medians).",
        ]
    )


def speeds(trained: Path, images: npt.NDArray[np.uint8]) -> tuple[float, float]:
    """Captchas a second in batches, and milliseconds for one."""
    reader = trained_reader(trained)
    reader.read(images), reader.read(images[:1])
    batched, single = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        reader.read(images)
        batched.append(len(images) / (time.perf_counter() - start))
    for number in range(ONES):
        start = time.perf_counter()
        reader.read(images[number : number + 1])
        single.append(1000 * (time.perf_counter() - start))
    return statistics.median(batched), statistics.median(single)
