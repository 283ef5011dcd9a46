"""Attacks that look for the nearest wrong image: one run gives the whole curve."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.attacks.attack import Attack, Perturbed, sixteen_bit
from harness.progress import Progress


@dataclass
class Found:
    """The nearest misread image of each captcha.

    Attributes:
        images: float32 [n, height, width, channels]; the clean image where none was found.
        distance: from the clean image, float32 [n]; infinite where none was found.
        gradients: image-gradients spent.
    """

    images: npt.NDArray[np.float32]
    distance: npt.NDArray[np.float32]
    gradients: int = 0

    def keep(
        self,
        rows: npt.NDArray[np.int64],
        images: npt.NDArray[np.float32],
        distance: npt.NDArray[np.float32],
    ) -> None:
        """Keep those that are nearer; a distance is infinite where an image is read right."""
        nearer = distance < self.distance[rows]
        self.images[rows[nearer]] = images[nearer]
        self.distance[rows[nearer]] = distance[nearer]


def near(found: Found, epsilon: float) -> npt.NDArray[np.bool_]:
    """Which of the found images lie within the radius, [n, 1, 1, 1]."""
    return (found.distance <= epsilon)[:, None, None, None]


class NearestAttack(Attack):
    """Base of attacks that minimize the distance; a captcha is misread when any character is."""

    def perturb(
        self,
        reader: Any,
        clean: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        epsilons: Sequence[float],
        seed: int,
        progress: Progress,
    ) -> Iterator[Perturbed]:
        """See Attack.perturb. Within a radius, what was found nearer; else the clean image."""
        base = clean.astype(np.float32) / np.float32(255)
        found = Found(base.copy(), np.full(len(clean), np.inf, np.float32))
        if any(epsilon > 0 for epsilon in epsilons):
            wanted, _towards = self.wanted(reader, clean, labels, seed)
            self.approach(reader, base, wanted.astype(np.int32), found, seed, progress)
        spent = found.gradients
        for epsilon in epsilons:
            images = np.where(near(found, epsilon), found.images, base)
            yield Perturbed(epsilon, sixteen_bit(clean, images), spent)
            spent = 0

    def approach(
        self,
        reader: Any,
        clean: npt.NDArray[np.float32],
        labels: npt.NDArray[np.int32],
        found: Found,
        seed: int,
        progress: Progress,
    ) -> None:
        """Look for near misread images, and keep them in `found`.

        The labels are the targets where there are any.
        """
        raise NotImplementedError
