"""The networks that attacks are measured on: one undefended, one trained adversarially."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.measured import HOME
from harness.breakers.reader import Reader, trained_reader
from harness.measurements.execution import carry_out
from harness.measurements.inputs import labelled
from harness.sweep import sweepfile
from workers.home import start
from workers.progress import Lines
from workers.run import Run

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
    """simple_cnn of the MNIST experiment, trained first if need be."""
    run = start(sweepfile.FROZEN / "reference-mnist-fgsm.toml", HOME)
    return _made(UNDEFENDED, run, "simple_cnn", "none")


def robust() -> Network:
    """two_conv after adversarial training as it is when nothing is said, trained if need be."""
    return _made(ROBUST, start(sweepfile.FROZEN / "robust.toml", HOME), "two_conv", "pgd_training")


def _made(name: str, run: Run, breaker: str, defense: str) -> Network:
    trained = f"{'train' if defense == 'none' else defense} {breaker}"
    drawn = {f"draw mnist {split}" for split in ("train", "validation", "test")}
    wanted = {*drawn, f"train {breaker}", trained}
    shown = Lines()
    for number, step in enumerate(run.plan.steps, 1):
        if step.label in wanted:
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


def test_digits(run: Run) -> Any:
    """LabelledImages of the test split that a run of digits has drawn."""
    test = next(step for step in run.plan.steps if step.label == "draw mnist test")
    found = run.store.find("datasets", test.digest)
    if found is None:
        raise RuntimeError("the test split has not been drawn")
    return labelled(found)
