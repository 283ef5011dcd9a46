"""The fast gradient sign method."""

from collections.abc import Iterator, Sequence

import numpy as np
from pydantic import Field

from harness.array_types import Floats, Labels, Pixels, Tensor
from harness.attacks.attack import AttackLoss, Perturbed, sixteen_bit, unit
from harness.attacks.target import Targeted
from harness.progress import Progress
from harness.readers import GradientReader


class Fgsm(Targeted):
    """One step of length epsilon along the sign of the gradient (l2: along the gradient).

    Source: Goodfellow, Shlens, Szegedy 2015, section 4.
    """

    loss: AttackLoss = Field(
        "cross_entropy", description="the loss to climb; squared_error is one published variant's"
    )
    clip: bool = Field(
        True,
        description="keep images within [0, 1]; false: as one published variant, whose rows are "
        "marked",
    )

    def marks(self) -> tuple[str, ...]:
        """See Attack.marks. Images outside of [0, 1] are none that a page could show."""
        return () if self.clip else ("outside_range",)

    def perturb(
        self,
        reader: GradientReader,
        clean: Pixels,
        labels: Labels,
        epsilons: Sequence[float],
        seed: int,
        progress: Progress,
    ) -> Iterator[Perturbed]:
        """See Attack.perturb. The gradient at the clean image serves all radii."""
        wanted, towards = self.objective_labels(reader, clean, labels, seed)
        directions = self.directions(reader, clean, wanted, progress, len(epsilons))
        directions = -directions if towards else directions
        base = unit(clean)
        for number, epsilon in enumerate(epsilons):
            moved = base + np.float32(epsilon) * directions
            images = sixteen_bit(clean, np.clip(moved, 0, 1)) if self.clip else moved
            yield Perturbed(epsilon, images, len(clean) if number == 0 else 0)

    def directions(
        self, reader: GradientReader, clean: Pixels, labels: Labels, progress: Progress, total: int
    ) -> Floats:
        """Give the steepest direction of each image, float32 of the images' shape.

        Args:
            reader: the breaker under attack.
            clean: uint8 [n, height, width, channels].
            labels: the right classes, or the targets, uint8 [n, length].
            progress: told how far it is, as one part of `total`.
            total: number of the radii.
        """
        from harness.attacks.balls import steepest
        from harness.attacks.losses import loss_and_gradient
        from harness.attacks.signatures import classes_of, images_of
        from harness.backend import batches, compiled

        @compiled(images_of(reader), classes_of(reader))
        def direction(images: Tensor, classes: Tensor) -> Tensor:
            gradient = loss_and_gradient(reader.logits, self.loss, images, classes)[2]
            return steepest(gradient, self.norm)

        directions = np.empty(clean.shape, np.float32)
        for rows, pixels in batches(clean):
            directions[rows] = direction(pixels, labels[rows].astype(np.int32)).numpy()
            progress(rows.stop, total * len(clean), "gradients")
        return directions
