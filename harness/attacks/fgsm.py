"""The fast gradient sign method."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.attack import AttackLoss, Perturbed, sixteen_bit
from harness.attacks.target import Targeted
from harness.progress import Progress


class Fgsm(Targeted):
    """One step of length epsilon along the sign of the gradient (l2: along the gradient).

    Source: Goodfellow, Shlens, Szegedy 2015, section 4.
    """

    loss: AttackLoss = Field("cross_entropy", description="squared_error: one published variant")
    clip: bool = Field(
        True, description="false: images may leave [0, 1], as one published variant has it; marked"
    )

    def marks(self) -> tuple[str, ...]:
        """Images outside of [0, 1] are none that a page could show."""
        return () if self.clip else ("outside_range",)

    def perturb(
        self,
        reader: Any,
        clean: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        epsilons: Sequence[float],
        seed: int,
        progress: Progress,
    ) -> Iterator[Perturbed]:
        """See Attack.perturb. The gradient at the clean image serves all radii."""
        wanted, towards = self.wanted(reader, clean, labels, seed)
        directions = self.directions(reader, clean, wanted, progress, len(epsilons))
        directions = -directions if towards else directions
        base = clean.astype(np.float32) / np.float32(255)
        for number, epsilon in enumerate(epsilons):
            moved = base + np.float32(epsilon) * directions
            images = sixteen_bit(clean, np.clip(moved, 0, 1)) if self.clip else moved
            yield Perturbed(epsilon, images, len(clean) if number == 0 else 0)

    def directions(
        self,
        reader: Any,
        clean: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        progress: Progress,
        total: int = 1,
    ) -> npt.NDArray[np.float32]:
        """Give the steepest direction of each image, float32 of the images' shape."""
        from harness.attacks.balls import steepest
        from harness.attacks.losses import loss_and_gradient
        from harness.backend import batches, tf

        @tf.function(  # type: ignore[untyped-decorator] # no types
            input_signature=[
                tf.TensorSpec([None, *reader.shape], tf.float32),
                tf.TensorSpec([None, reader.length], tf.int32),
            ]
        )
        def direction(images: Any, classes: Any) -> Any:
            return steepest(
                loss_and_gradient(reader.logits, self.loss, images, classes)[2], self.norm
            )

        found = np.empty(clean.shape, np.float32)
        for rows, pixels in batches(clean):
            found[rows] = direction(pixels, labels[rows].astype(np.int32)).numpy()
            progress(rows.stop, total * len(clean), "gradients")
        return found
