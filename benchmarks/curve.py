"""A whole curve of eight radii: one search here, one call per radius with ART."""

import statistics
import time

import numpy as np

from benchmarks.page import table
from benchmarks.pgd import BATCH, IMAGES, STEPS, art_classifier, trained
from harness.attacks.pgd import Pgd
from harness.datasets.generator import unwatched

RADII = (0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3)
ROUNDS = 3


def measure() -> str:
    """Rounds in turn, on the network as trained; seconds and what is left at each radius."""
    from art.attacks.evasion import ProjectedGradientDescent

    reader, images, labels = trained()
    classifier = art_classifier(reader.model)
    pixels = images.astype(np.float32) / 255
    ours, theirs = [], []
    left: dict[float, list[float]] = {}
    for round_number in range(ROUNDS + 1):
        begin = time.perf_counter()
        found = list(Pgd(steps=STEPS).perturb(reader, images, labels, RADII, 0, unwatched))
        ours.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        peers = []
        for epsilon in RADII:
            attack = ProjectedGradientDescent(
                classifier, norm=np.inf, eps=epsilon, eps_step=2.5 * epsilon / STEPS,
                max_iter=STEPS, num_random_init=1, batch_size=BATCH, verbose=False,
            )  # fmt: skip
            peers.append(attack.generate(pixels, labels[:, 0].astype(np.int64)))
        theirs.append(time.perf_counter() - begin)
        if round_number == ROUNDS:
            for one, other in zip(found, peers, strict=True):
                both = (reader.read(one.images), reader.read(other.astype(np.float32)))
                left[one.epsilon] = [float((classes == labels).mean()) for classes in both]
    rows = [
        (f"left at {epsilon:g}", f"{100 * one:.1f} %", f"{100 * other:.1f} %")
        for epsilon, (one, other) in left.items()
    ]
    taken = (statistics.median(ours[1:]), statistics.median(theirs[1:]))
    rows.append(("seconds, median", f"{taken[0]:.2f}", f"{taken[1]:.2f}"))
    return (
        f"## A curve of {len(RADII)} radii against ART 1.20.1\n\n"
        f"MNIST, simple_cnn, PGD-{STEPS}, {IMAGES:,} test images; images that are broken leave the "
        "search, and each radius starts from the one before. ART is called once per radius.\n\n"
        + table(("", "this project", "ART"), rows)
        + f"\n\nThe curve takes {taken[0] / taken[1]:.3f} of ART's time "
        f"({taken[1] / taken[0]:.1f} times faster)."
    )
