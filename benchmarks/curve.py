"""A whole curve of eight radii: one search here, one call per radius with the peers."""

import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np

from benchmarks import art
from benchmarks.foolbox_client import ROOT, foolbox
from benchmarks.networks import IMAGES, Network, robust, undefended
from harness.attacks.pgd import Pgd
from harness.progress import no_progress

RADII = (0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3)
STEPS = 40
NAMES = ("this project", "ART 1.20.1", "Foolbox 3.3.4")


@dataclass(frozen=True)
class NetworkCurves:
    """The curves of all implementations on one network.

    Attributes:
        names: of the implementations, this project first.
        left: radius -> accuracy left by each, in [0, 1].
        seconds: of each, medians.
        rounds: how many were measured.
    """

    network: str
    names: tuple[str, ...]
    left: dict[float, tuple[float, ...]]
    seconds: tuple[float, ...]
    rounds: int

    @property
    def faster(self) -> list[tuple[str, float]]:
        """Give how many times faster than each peer this project is."""
        ours, *theirs = self.seconds
        return [
            (name, seconds / ours) for name, seconds in zip(self.names[1:], theirs, strict=True)
        ]


@dataclass(frozen=True)
class Curves:
    """Both networks, and the memory of a process that makes one curve, in GB."""

    radii: int
    steps: int
    images: int
    networks: tuple[NetworkCurves, ...]
    gigabytes: float


def measure() -> Curves:
    """Measure on the undefended network and on the robust one."""
    networks = ((undefended(), 3), (robust(), 1))  # rounds: minutes each, on the robust one
    curves = tuple(_on(network, rounds) for network, rounds in networks)
    peak = subprocess.run(
        [sys.executable, "-m", "benchmarks.curve"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return Curves(len(RADII), STEPS, IMAGES, curves, float(peak))


def _on(network: Network, rounds: int) -> NetworkCurves:
    """Measure on one network, the implementations in turn; each was compiled before."""
    reader, images, labels = network.reader, network.images, network.labels
    model, pixels = art.classifier(reader.model), network.images.astype(np.float32) / 255
    seconds: list[tuple[float, ...]] = []
    with foolbox(network.folder, images, labels) as other:
        list(Pgd(steps=STEPS).perturb(reader, images, labels, RADII[:1], 0, no_progress))
        art.pgd(model, RADII[0]).generate(pixels, labels[:, 0].astype(int))
        other.curve(RADII[:1])
        for _round in range(rounds):
            begin = time.perf_counter()
            ours = list(Pgd(steps=STEPS).perturb(reader, images, labels, RADII, 0, no_progress))
            middle = time.perf_counter()
            theirs = [art.pgd(model, e).generate(pixels, labels[:, 0].astype(int)) for e in RADII]
            end = time.perf_counter()
            third, left = other.curve(RADII)
            seconds.append((middle - begin, end - middle, third))
    return NetworkCurves(
        network.name,
        NAMES,
        {
            radius.epsilon: (
                float((reader.read(radius.images) == labels).mean()),
                float((reader.read(peer.astype(np.float32)) == labels).mean()),
                float(foreign),
            )
            for radius, peer, foreign in zip(ours, theirs, left, strict=True)
        },
        tuple(statistics.median(several) for several in zip(*seconds, strict=True)),
        rounds,
    )


if __name__ == "__main__":
    network = undefended()
    list(
        Pgd(steps=STEPS).perturb(
            network.reader, network.images, network.labels, RADII, 0, no_progress
        )
    )
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f}")
