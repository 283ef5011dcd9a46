"""PGD-40 at one radius: image-gradients per second, this project and its peers, same model."""

import statistics
import time
from dataclasses import dataclass

import numpy as np

from benchmarks import art
from benchmarks.foolbox_client import foolbox
from benchmarks.networks import IMAGES, undefended
from harness.attacks.pgd import Pgd
from harness.progress import no_progress

EPSILON, STEPS, ROUNDS = 0.1, 40, 5
NAMES = ("this project", "ART 1.20.1", "Foolbox 3.3.4")


@dataclass(frozen=True)
class Speed:
    """One implementation.

    Attributes:
        rates: image-gradients per second, of each round.
        left: the accuracy that it leaves, in [0, 1].
    """

    name: str
    rates: tuple[float, ...]
    left: float

    @property
    def median(self) -> float:
        """Give the median rate."""
        return statistics.median(self.rates)


@dataclass(frozen=True)
class Ratio:
    """How many times the rate of a peer this project has: median, least and most of the rounds."""

    name: str
    median: float
    least: float
    most: float


@dataclass(frozen=True)
class Speeds:
    """The speed of this project, then of its peers; all have the same model, images and rounds."""

    epsilon: float
    steps: int
    rounds: int
    images: int
    batch: int
    precision: str
    speeds: tuple[Speed, ...]

    @property
    def ratios(self) -> list[Ratio]:
        """Hold this project's rate against each peer's, round by round."""
        ours, *peers = self.speeds
        ratios = []
        for peer in peers:
            several = [a / b for a, b in zip(ours.rates, peer.rates, strict=True)]
            median = statistics.median(several)
            ratios.append(Ratio(peer.name, median, min(several), max(several)))
        return ratios


def measure() -> Speeds:
    """Measure in rounds, the implementations in turn; the first round compiles."""
    network = undefended()
    reader, images, labels = network.reader, network.images, network.labels
    peer = art.pgd(art.classifier(reader.model), EPSILON)
    pixels = images.astype(np.float32) / 255
    attack = Pgd(steps=STEPS, share=False)
    rates: list[tuple[float, ...]] = []
    with foolbox(network.folder, images, labels) as other:
        for round_number in range(ROUNDS + 1):
            begin = time.perf_counter()
            radius = next(attack.perturb(reader, images, labels, [EPSILON], 0, no_progress))
            ours = radius.gradients / (time.perf_counter() - begin)
            begin = time.perf_counter()
            perturbed = peer.generate(pixels, labels[:, 0].astype(np.int64))
            theirs = IMAGES * STEPS / (time.perf_counter() - begin)
            seconds, (third,) = other.curve([EPSILON])
            if round_number:
                rates.append((ours, theirs, IMAGES * STEPS / seconds))
    left = (
        float((reader.read(radius.images) == labels).mean()),
        float((reader.read(perturbed.astype(np.float32)) == labels).mean()),
        third,
    )
    speeds = zip(NAMES, zip(*rates, strict=True), left, strict=True)
    return Speeds(
        epsilon=EPSILON,
        steps=STEPS,
        rounds=ROUNDS,
        images=IMAGES,
        batch=art.BATCH,
        precision="bfloat16" if reader.swift else "float32",
        speeds=tuple(Speed(name, several, share) for name, several, share in speeds),
    )
