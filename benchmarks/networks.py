"""The networks that attacks are measured on: one undefended, one trained adversarially."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks import steps
from benchmarks.measured import HOME
from commands.progress import Lines
from harness.breakers.reader import Reader, trained_reader
from harness.images.labelled import LabelledImages
from harness.measurements.execution import carry_out
from harness.measurements.inputs import labelled
from harness.runs.creation import start
from harness.runs.run import Run
from harness.sweep import sweepfile

IMAGES = 1000
UNDEFENDED, ROBUST = "simple_cnn, undefended", "two_conv, adversarially trained"


@dataclass(frozen=True)
class Network:
    """A trained breaker of MNIST, and the first test images.

    Attributes:
        name: for a table.
        folder: of the breaker in the store.
        reader: of it.
        images: uint8 [IMAGES, 28, 28, 1].
        labels: uint8 [IMAGES, 1].
    """

    name: str
    folder: Path
    reader: Reader
    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]


def undefended() -> Network:
    """Give simple_cnn of the MNIST experiment, trained first if need be."""
    run = start(sweepfile.FROZEN / "reference-mnist-fgsm.toml", HOME)
    return _network(UNDEFENDED, run, "simple_cnn", "none")


def robust() -> Network:
    """Give two_conv after adversarial training as it is when nothing is said."""
    run = start(sweepfile.FROZEN / "robust.toml", HOME)
    return _network(ROBUST, run, "two_conv", "pgd_training")


def _network(name: str, run: Run, breaker: str, defense: str) -> Network:
    """Carry out the steps that a breaker and its test images need, unless they are done."""
    test = steps.drawn(run, "mnist", "test")
    shown = Lines()
    trained = steps.trained(run, breaker, defense)
    for step in run.plan.behind(test.digest, trained.digest):
        number = run.plan.steps.index(step) + 1
        progress = shown.begin(number, len(run.plan.steps), step.label)
        carry_out(step, run.store, run.sources, progress)
    data = test_digits(run)
    folder = run.trained(breaker, defense)
    return Network(
        name,
        folder,
        trained_reader(folder),
        np.array(data.images[:IMAGES]),
        data.labels[:IMAGES],
    )


def test_digits(run: Run) -> LabelledImages:
    """Give the test split that a run of digits has drawn."""
    test = steps.drawn(run, "mnist", "test")
    artifact = run.store.find(test.kind, test.digest)
    if artifact is None:
        raise RuntimeError("the test split has not been drawn")
    digits: LabelledImages = labelled(artifact)
    return digits
