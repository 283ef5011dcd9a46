"""A whole curve of eight radii: one search here, one call per radius with the peers."""

import resource
import statistics
import subprocess
import sys
import time

import numpy as np

from benchmarks import art
from benchmarks.foolbox_client import ROOT, foolbox
from benchmarks.networks import IMAGES, Network, robust, undefended
from benchmarks.page import table
from harness.attacks.pgd import Pgd
from harness.progress import no_progress

RADII = (0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3)
STEPS = 40
NAMES = ("this project", "ART 1.20.1", "Foolbox 3.3.4")


def measure() -> str:
    """The undefended network and the robust one."""
    sections = [
        f"## A curve of {len(RADII)} radii against ART and Foolbox",
        f"MNIST, PGD-{STEPS}, {IMAGES:,} test images; images that are broken, or cannot be "
        "expected to break, leave the search, and each radius starts from the one before. The "
        "peers are called once per radius. Rounds in turn, medians, each compiled before at one "
        "radius.",
    ]
    for network, rounds in ((undefended(), 3), (robust(), 1)):  # minutes each, on the robust one
        sections += _on(network, rounds)
    peak = subprocess.run(
        [sys.executable, "-m", "benchmarks.curve"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    sections.append(f"Peak memory of a process that makes one such curve: {peak.strip()}.")
    return "\n\n".join(sections)


def _on(network: Network, rounds: int) -> list[str]:
    """One network's table, and by how much this project is faster."""
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
    rows = [
        (f"left at {one.epsilon:g}", *(f"{100 * float(share):.1f} %" for share in shares))
        for one, peer, foreign in zip(ours, theirs, left, strict=True)
        for shares in [
            (
                (reader.read(one.images) == labels).mean(),
                (reader.read(peer.astype(np.float32)) == labels).mean(),
                foreign,
            )
        ]
    ]
    taken = [statistics.median(several) for several in zip(*seconds, strict=True)]
    rows.append(("seconds", *(f"{value:.2f}" for value in taken)))
    faster = [f"{NAMES[n]} {taken[n] / taken[0]:.1f} times" for n in (1, 2)]
    return [
        f"**{network.name}**",
        table(("", *NAMES), rows),
        f"Faster than {', '.join(faster)}; {rounds} rounds.",
    ]


if __name__ == "__main__":
    one = undefended()
    list(Pgd(steps=STEPS).perturb(one.reader, one.images, one.labels, RADII, 0, no_progress))
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB")
