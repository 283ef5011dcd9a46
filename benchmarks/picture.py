"""Photographs that a classifier of ImageNet takes for a toaster."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.measured import HOME
from harness.attacks.photo_classifier_attack import attack_photograph
from harness.breakers.photo_classifier import PhotoClassifier, photo_classifier
from harness.datasets.photograph import photograph
from harness.progress import no_progress

EPSILON, UNTIL, STEPS = 0.01, 0.9, 100
TARGET = "toaster"


@dataclass(frozen=True)
class Photograph:
    """One photograph, before and after; probabilities in [0, 1].

    Attributes:
        moved: the most that a pixel has moved, on the scale from -1 to 1.
    """

    file: str
    name: str
    before: float
    after: float
    steps: int
    seconds: float
    moved: float


@dataclass(frozen=True)
class Photographs:
    """All photographs, and what the attack was asked for."""

    target: str
    epsilon: float
    until: float
    photographs: tuple[Photograph, ...]


def measure() -> Photographs:
    """Attack both photographs that scikit-learn carries."""
    import sklearn.datasets

    images = Path(sklearn.datasets.__file__).parent / "images"
    reads = photo_classifier("squeezenet", None, HOME / "downloads")
    photographs = tuple(_attacked(reads, file) for file in sorted(images.glob("*.jpg")))
    return Photographs(TARGET, EPSILON, UNTIL, photographs)


def _attacked(reads: PhotoClassifier, file: Path) -> Photograph:
    target = reads.number(TARGET)
    picture = photograph(file, reads.size, reads.channels)
    begin = time.perf_counter()
    attacked = attack_photograph(reads, picture, target, EPSILON, UNTIL, STEPS, no_progress)
    seconds = time.perf_counter() - begin
    first = int(attacked.chances_before.argmax())
    return Photograph(
        file.name,
        reads.names[first],
        float(attacked.chances_before[first]),
        float(attacked.chances_after[target]),
        len(attacked.rises),
        seconds,
        float(np.abs(attacked.after - attacked.before).max()),
    )
