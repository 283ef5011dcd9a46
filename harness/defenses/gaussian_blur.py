"""A Gaussian blur before the breaker."""

from typing import Annotated

import numpy as np
from pydantic import Field

from harness.array_types import Filter, Tensor
from harness.defenses.defense import InputDefense

REACH = 3.0  # of the neighborhood, in standard deviations


class GaussianBlur(InputDefense):
    """Each pixel becomes a weighted mean of its neighborhood, edges mirrored.

    Differentiable: attacks go through it.
    """

    sigma: Annotated[float, Field(gt=0, le=5)] = Field(
        1.0, description="standard deviation of the blur, pixels"
    )

    def filter(self) -> Filter:
        """See InputDefense.filter."""
        from harness.backend import tf

        edge = max(1, round(REACH * self.sigma))
        away = np.arange(-edge, edge + 1)
        weights = np.exp(-(away**2) / (2 * self.sigma**2))
        weights = (weights / weights.sum()).astype(np.float32)

        def blurred(images: Tensor) -> Tensor:
            each = np.tile(weights[:, None, None, None], (1, 1, images.shape[-1], 1))
            border = [[0, 0], [edge, edge], [edge, edge], [0, 0]]
            wide = tf.pad(images, border, "REFLECT")
            down = tf.nn.depthwise_conv2d(wide, each, [1, 1, 1, 1], "VALID")
            across = np.transpose(each, (1, 0, 2, 3))
            return tf.nn.depthwise_conv2d(down, across, [1, 1, 1, 1], "VALID")

        return blurred
