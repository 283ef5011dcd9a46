"""What `auto` leaves, and what ART's attacks leave, of an undefended and of a robust network."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import art
from benchmarks.networks import IMAGES, UNDEFENDED, Network, robust, undefended
from harness.attacks.attack import Attack
from harness.attacks.auto import Auto
from harness.attacks.square import Square
from harness.progress import no_progress

EPSILON = 0.3


@dataclass(frozen=True)
class Left:
    """What one attack leaves of a network's accuracy, in [0, 1]; None: no time is taken."""

    network: str
    attack: str
    accuracy: float
    seconds: float | None = None


@dataclass(frozen=True)
class AttacksLeave:
    """All attacks on both networks."""

    epsilon: float
    images: int
    attacks: tuple[Left, ...]


def measure() -> AttacksLeave:
    """Carry out every attack once on each network."""
    lines = []
    for network in (undefended(), robust()):
        reader, images, labels = network.reader, network.images, network.labels
        right = reader.read(images) == labels
        lines.append(Left(network.name, "none", float(right.mean())))
        together = right.copy()
        for name, attack in attacks(network).items():
            sys.stderr.write(f"{name} on {network.name}\n")
            begin = time.perf_counter()
            perturbed = attack()
            seconds = time.perf_counter() - begin
            left = reader.read(perturbed) == labels
            lines.append(Left(network.name, name, float(left.mean()), seconds))
            together &= left | (not name.startswith("ART"))
        lines.append(Left(network.name, "ART, all of these", float(together.mean())))
    return AttacksLeave(EPSILON, IMAGES, tuple(lines))


def attacks(network: Network) -> dict[str, Callable[[], npt.NDArray[Any]]]:
    """Give attacks by name; each, when it is called, the perturbed images."""
    reader, images, labels = network.reader, network.images, network.labels

    def ours(attack: Attack) -> Callable[[], npt.NDArray[Any]]:
        return lambda: (
            next(attack.perturb(reader, images, labels, [EPSILON], 0, no_progress)).images
        )

    pixels, classes = images.astype(np.float32) / 255, labels[:, 0].astype(np.int64)

    def theirs(attack: Any) -> Callable[[], npt.NDArray[Any]]:
        return lambda: attack.generate(pixels, classes).astype(np.float32)

    named = {"auto": ours(Auto())}
    if network.name == UNDEFENDED:  # on the other it is the last part of auto
        named["square, 5,000 queries"] = ours(Square())
    peers = art.strongest(art.classifier(reader.model), EPSILON)
    return named | {name: theirs(attack) for name, attack in peers.items()}
