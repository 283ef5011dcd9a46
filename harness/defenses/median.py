"""A median filter before the breaker."""

from typing import Literal

from pydantic import Field

from harness.array_types import Filter, Tensor
from harness.defenses.defense import InputDefense


class Median(InputDefense):
    """Each pixel becomes the median of its neighborhood, edges mirrored; removes single specks.

    Of an even number the larger of the middle two, as scipy.ndimage has it. Attacks go through it:
    the slope is that of the pixel that is the median.

    Source: Xu, Evans, Qi 2018 (feature squeezing), section 2.3.
    """

    size: Literal[2, 3, 5] = Field(3, description="side of the square neighborhood, pixels")

    def filter(self) -> Filter:
        """See InputDefense.filter."""
        from harness.backend import tf

        before, after = self.size // 2, (self.size - 1) // 2
        middle = self.size * self.size // 2

        def median(images: Tensor) -> Tensor:
            height, width = images.shape[1:3]
            wide = tf.pad(images, [[0, 0], [before, after], [before, after], [0, 0]], "SYMMETRIC")
            near = [
                wide[:, down : down + height, across : across + width]
                for down in range(self.size)
                for across in range(self.size)
            ]
            ranked = tf.nn.top_k(tf.stack(near, axis=-1), len(near) - middle).values
            return ranked[..., -1]

        return median
