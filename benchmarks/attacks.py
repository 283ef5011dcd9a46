"""What `auto` leaves, and what ART's attacks leave, of an undefended and of a robust network."""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import art
from benchmarks.networks import IMAGES, UNDEFENDED, Network, robust, undefended
from benchmarks.page import table
from harness.attacks.auto import Auto
from harness.attacks.square import Square
from harness.progress import no_progress

EPSILON = 0.3


def measure() -> str:
    """Every attack once on each network."""
    rows = []
    for network in (undefended(), robust()):
        reader, images, labels = network.reader, network.images, network.labels
        right = reader.read(images) == labels
        rows.append((network.name, "none", f"{100 * right.mean():.1f} %", ""))
        together = right.copy()
        for name, way in ways(network).items():
            sys.stderr.write(f"{name} on {network.name}\n")
            begin = time.perf_counter()
            found = way()
            seconds = time.perf_counter() - begin
            left = reader.read(found) == labels
            rows.append((network.name, name, f"{100 * left.mean():.1f} %", f"{seconds:.0f}"))
            together &= left | (not name.startswith("ART"))
        rows.append((network.name, "ART, all of these", f"{100 * together.mean():.1f} %", ""))
    return "\n\n".join(
        [
            "## What attacks leave",
            f"MNIST, linf {EPSILON}, {IMAGES:,} test images. The undefended network is simple_cnn "
            "of the MNIST experiment, the robust one two_conv after `pgd_training` as it is when "
            "nothing is said. Seconds with tracing. The last line of each counts a digit as broken "
            "when any of ART's attacks breaks it.",
            table(("network", "attack", "accuracy left", "seconds"), rows),
        ]
    )


def ways(network: Network) -> dict[str, Callable[[], npt.NDArray[Any]]]:
    """Name -> what gives the perturbed images."""
    reader, images, labels = network.reader, network.images, network.labels

    def ours(attack: Any) -> Callable[[], npt.NDArray[Any]]:
        return lambda: (
            next(attack.perturb(reader, images, labels, [EPSILON], 0, no_progress)).images
        )

    pixels, classes = images.astype(np.float32) / 255, labels[:, 0].astype(np.int64)

    def theirs(attack: Any) -> Callable[[], npt.NDArray[Any]]:
        return lambda: attack.generate(pixels, classes).astype(np.float32)

    found = {"auto": ours(Auto())}
    if network.name == UNDEFENDED:  # on the other it is the last part of auto
        found["square, 5,000 queries"] = ours(Square())
    peers = art.strongest(art.classifier(reader.model), EPSILON)
    return found | {name: theirs(attack) for name, attack in peers.items()}
