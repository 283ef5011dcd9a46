"""Captchas drawn by a GAN: what they are worth, and how fast they come about."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import steps
from benchmarks.measured import HOME, carried_out
from benchmarks.published_dcgan import BATCH, PublishedDcgan
from harness.files.checkpoint import NO_CHECKPOINT
from harness.gans.dcgan import Dcgan
from harness.gans.gan_training import GanTraining
from harness.gans.trained_gan import draw_captchas, load
from harness.images.labelled import LabelledImages
from harness.measurements.execution import carry_out
from harness.measurements.inputs import labelled
from harness.progress import no_progress
from harness.runs.creation import start
from harness.runs.run import Run
from harness.sweep import sweepfile
from reports.sections import across_datasets, gans
from reports.sections.across_datasets import WhoReads
from reports.sections.gans import GanSummary

CAPTCHAS, LENGTH = 10_000, 4
PICTURES, ROUNDS = 4_000, 3  # of a training that is timed


@dataclass(frozen=True)
class Drawn:
    """Captchas of `length` pictures each, and the seconds that they took, tracing included."""

    captchas: int
    length: int
    seconds: float


@dataclass(frozen=True)
class Epochs:
    """Seconds of one epoch of dcgan over some pictures, here and as published, by round."""

    pictures: int
    here: tuple[float, ...]
    published: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        """Give how many times faster an epoch is here, by round."""
        return [b / a for a, b in zip(self.here, self.published, strict=True)]


@dataclass(frozen=True)
class GanBench:
    """GANs, what breakers read of their captchas, and how fast both come about."""

    gans: tuple[GanSummary, ...]
    who_reads: WhoReads | None
    drawn: Drawn
    epochs: Epochs


def measure() -> GanBench:
    """Carry out the sweep `gan`; draw 10,000 captchas; train dcgan here and as published."""
    run = start(sweepfile.locate("gan"), HOME)
    document = carried_out(run)
    content = gans.content(document)
    return GanBench(
        content.gans if content else (),
        across_datasets.content(document),
        _drawn(run),
        _epochs(run),
    )


def _drawn(run: Run) -> Drawn:
    trained = steps.gan(run)
    network = load(run.store.path(trained.kind, trained.digest))
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        draw_captchas(network, LENGTH, 1, CAPTCHAS, Path(folder), no_progress)
    return Drawn(CAPTCHAS, LENGTH, time.perf_counter() - begin)


def _epochs(run: Run) -> Epochs:
    """Train one epoch by the compiled loop and by the published one, in turn."""
    step = steps.drawn(run, "street", "train")
    data = labelled(carry_out(step, run.store, run.sources))
    data = LabelledImages(np.array(data.images[:PICTURES]), data.labels[:PICTURES])
    training = GanTraining(Dcgan(epochs=ROUNDS + 1), data.images.shape[1:], 10, 1)
    published, rng = PublishedDcgan(), np.random.default_rng(1)
    published.epoch(data.images[: 2 * BATCH], rng)
    theirs: list[float] = []

    def turn(done: int, _total: int, _note: str = "") -> None:
        if done % PICTURES == 0:  # after each epoch of ours, one of the other; the first compiles
            theirs.append(published.epoch(data.images, rng))

    training.train(data, turn, NO_CHECKPOINT)
    epochs = zip(training.history, theirs, strict=True)
    ours = [row["seconds"] - seconds for row, seconds in epochs]
    return Epochs(PICTURES, tuple(ours[1:]), tuple(theirs[1:]))
