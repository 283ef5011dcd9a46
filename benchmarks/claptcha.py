"""Our breaker and the published one on the same claptcha images, trained one after the other."""

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks import steps
from benchmarks.measured import CleanRates, carried_out
from harness.breakers.reader import trained_reader
from harness.measurements.inputs import labelled
from harness.runs.creation import start_text

SINGLE, ROUNDS = 200, 5
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


@dataclass(frozen=True)
class ReadingSpeed:
    """Captchas a second in batches, and milliseconds for a single one; medians."""

    per_second: float
    milliseconds: float


@dataclass(frozen=True)
class ClaptchaBreakers:
    """The published breaker, ours, and how fast ours reads."""

    published: CleanRates
    ours: CleanRates
    speed: ReadingSpeed

    @property
    def ratio(self) -> float:
        """Divide our training time by the published breaker's."""
        return self.ours.seconds / (self.published.seconds or 1)


def measure() -> ClaptchaBreakers:
    """Train both, read the test images, then time our breaker on many captchas and on one."""
    with tempfile.TemporaryDirectory() as home:
        run = start_text(SWEEP, Path(home))
        document = carried_out(run)
        test = steps.drawn(run, "claptcha", "test")
        drawn = run.store.find(test.kind, test.digest)
        if drawn is None:
            raise RuntimeError("the test split is drawn above")
        images = np.array(labelled(drawn).images)
        speed = reading_speed(run.trained("whole_image"), images)
    published, ours = (CleanRates.of(breaker) for breaker in document.breakers)
    return ClaptchaBreakers(published, ours, speed)


def reading_speed(trained: Path, images: npt.NDArray[np.uint8]) -> ReadingSpeed:
    """Measure how fast a breaker reads.

    Args:
        trained: the breaker's folder in the store.
        images: uint8 [n, height, width, channels].
    """
    reader = trained_reader(trained)
    reader.read(images), reader.read(images[:1])
    batched, single = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        reader.read(images)
        batched.append(len(images) / (time.perf_counter() - start))
    for number in range(SINGLE):
        start = time.perf_counter()
        reader.read(images[number : number + 1])
        single.append(1000 * (time.perf_counter() - start))
    return ReadingSpeed(statistics.median(batched), statistics.median(single))
