"""A mean filter before the breaker."""

from typing import Literal

from pydantic import Field

from harness.array_types import Filter, Tensor
from harness.defenses.defense import InputDefense


class MeanBlur(InputDefense):
    """Each pixel becomes the mean of its neighborhood (as cv2.blur, edges mirrored).

    Differentiable: attacks go through it.
    """

    size: Literal[3, 5, 7, 9] = Field(3, description="side of the square neighborhood, pixels")

    def filter(self) -> Filter:
        """See InputDefense.filter."""
        from harness.backend import tf

        edge = self.size // 2

        def blur(images: Tensor) -> Tensor:
            mirrored = tf.pad(images, [[0, 0], [edge, edge], [edge, edge], [0, 0]], "REFLECT")
            return tf.nn.avg_pool2d(mirrored, self.size, 1, "VALID")

        return blur
