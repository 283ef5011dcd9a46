"""PGD-40 at one radius: image-gradients per second, this project and its peers, same model."""

import statistics
import time

import numpy as np

from benchmarks import art
from benchmarks.foolbox_client import foolbox
from benchmarks.networks import IMAGES, undefended
from benchmarks.page import table
from harness.attacks.pgd import Pgd
from harness.progress import no_progress

EPSILON, STEPS, ROUNDS = 0.1, 40, 5
NAMES = ("this project", "ART 1.20.1", "Foolbox 3.3.4")


def measure() -> str:
    """Rounds in turn, the medians of rates and of ratios."""
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
            found = peer.generate(pixels, labels[:, 0].astype(np.int64))
            theirs = IMAGES * STEPS / (time.perf_counter() - begin)
            seconds, (third,) = other.curve([EPSILON])
            if round_number:  # the first one compiles
                rates.append((ours, theirs, IMAGES * STEPS / seconds))
    left = (
        float((reader.read(radius.images) == labels).mean()),
        float((reader.read(found.astype(np.float32)) == labels).mean()),
        third,
    )
    medians = [statistics.median(several) for several in zip(*rates, strict=True)]
    rows = [
        ("image-gradients per second", *(f"{rate:,.0f}" for rate in medians)),
        ("accuracy left", *(f"{100 * share:.1f} %" for share in left)),
    ]
    said = []
    for place in (1, 2):
        ratios = [several[0] / several[place] for several in rates]
        said.append(
            f"{NAMES[place]} {statistics.median(ratios):.2f} "
            f"(from {min(ratios):.2f} to {max(ratios):.2f})"
        )
    precision = "bfloat16" if reader.swift else "float32"
    return (
        f"## PGD-{STEPS} at one radius against ART and Foolbox\n\n"
        f"MNIST, simple_cnn, linf {EPSILON}, {IMAGES:,} test images, one random start, batches of "
        f"{art.BATCH}; {ROUNDS} rounds in turn after one to compile, medians. Only gradients "
        "that were really taken are counted: images that are broken leave our batch, and none "
        "leaves the others'. The peers search in float32, this project in "
        f"{precision}; all are judged in float32. Foolbox runs in an environment of its own (it "
        "needs numpy 1), with tensorflow-cpu 2.18.1 and the network rebuilt from what "
        "`export-model` writes.\n\n"
        + table(("", *NAMES), rows)
        + f"\n\nRatios of the rates, medians: {'; '.join(said)}."
    )
