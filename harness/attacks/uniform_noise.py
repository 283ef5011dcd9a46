"""Random noise: the baseline that every attack must beat."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from harness.array_types import Labels, Pixels
from harness.attacks.attack import Answers, Attack, Knowledge, Perturbed, sixteen_bit, unit
from harness.progress import Progress
from harness.readers import TextReader
from harness.seeds import noise


class UniformNoise(Attack):
    """A random point of the ball: uniform per pixel (linf), a random direction (l2)."""

    knowledge: ClassVar[Knowledge] = "black_box"
    answers: ClassVar[Answers] = "classes"

    def perturb(
        self,
        reader: TextReader,
        clean: Pixels,
        labels: Labels,
        epsilons: Sequence[float],
        seed: int,
        progress: Progress,
    ) -> Iterator[Perturbed]:
        """See Attack.perturb. One draw per image serves all radii; the breaker is not asked."""
        change = noise(seed, np.arange(len(clean)), clean.shape[1:], normal=self.norm == "l2")
        if self.norm == "l2":
            flat = change.reshape(len(clean), -1)
            flat /= np.linalg.norm(flat, axis=1, keepdims=True)
        base = unit(clean)
        for number, epsilon in enumerate(epsilons, 1):
            images = np.clip(base + np.float32(epsilon) * change, 0, 1)
            progress(number, len(epsilons))
            yield Perturbed(epsilon, sixteen_bit(clean, images), 0)
