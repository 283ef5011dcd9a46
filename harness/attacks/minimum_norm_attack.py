"""Attacks that look for the nearest misread image: one run gives the whole curve."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from harness.array_types import Classes, Floats, Labels, Mask, Pixels, Rows
from harness.attacks.attack import Attack, Perturbed, sixteen_bit, unit
from harness.progress import Progress
from harness.readers import GradientReader


@dataclass(frozen=True)
class AttackInput:
    """What an attack without radii is given.

    Attributes:
        reader: the breaker under attack.
        clean: float32 [n, height, width, channels] in [0, 1].
        labels: the right classes, or the targets, int32 [n, length].
        seed: image i draws from (seed, i) alone.
        progress: told how far it is.
    """

    reader: GradientReader
    clean: Floats
    labels: Classes
    seed: int
    progress: Progress


@dataclass
class NearestMisread:
    """The nearest misread image of each captcha that is known.

    Attributes:
        images: float32 [n, height, width, channels]; the clean image where none is known.
        distance: from the clean image, float32 [n]; infinite where none is known.
        gradients: image-gradients spent.
    """

    images: Floats
    distance: Floats
    gradients: int = 0

    @classmethod
    def unknown(cls, clean: Floats) -> "NearestMisread":
        """Begin at the clean images, without any that is misread."""
        return cls(clean.copy(), np.full(len(clean), np.inf, np.float32))

    def keep(self, rows: Rows, images: Floats, distance: Floats) -> None:
        """Keep those that are nearer; a distance is infinite where an image is read right."""
        nearer = distance < self.distance[rows]
        self.images[rows[nearer]] = images[nearer]
        self.distance[rows[nearer]] = distance[nearer]

    def within(self, epsilon: float) -> Mask:
        """Tell which of the images lie within a radius, [n, 1, 1, 1]."""
        return (self.distance <= epsilon)[:, None, None, None]


class MinimumNormAttack(Attack):
    """Base of attacks that minimize the distance; a captcha is misread when any character is."""

    def perturb(
        self,
        reader: GradientReader,
        clean: Pixels,
        labels: Labels,
        epsilons: Sequence[float],
        seed: int,
        progress: Progress,
    ) -> Iterator[Perturbed]:
        """See Attack.perturb. Where no misread image lies within a radius, it is the clean one."""
        base = unit(clean)
        nearest = NearestMisread.unknown(base)
        if any(epsilon > 0 for epsilon in epsilons):
            wanted, _towards = self.objective_labels(reader, clean, labels, seed)
            self.approach(
                AttackInput(reader, base, wanted.astype(np.int32), seed, progress), nearest
            )
        spent = nearest.gradients
        for epsilon in epsilons:
            images = np.where(nearest.within(epsilon), nearest.images, base)
            yield Perturbed(epsilon, sixteen_bit(clean, images), spent)
            spent = 0

    @abstractmethod
    def approach(self, given: AttackInput, nearest: NearestMisread) -> None:
        """Look for near misread images, and keep them in `nearest`."""
