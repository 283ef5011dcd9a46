"""Fewer gray levels before the breaker."""

from typing import Annotated

from pydantic import Field

from harness.array_types import Filter, Tensor
from harness.defenses.defense import NonDifferentiableDefense


class BitDepth(NonDifferentiableDefense):
    """Each pixel is rounded to one of 2^bits levels.

    Source: Xu, Evans, Qi 2018 (feature squeezing), section 2.2.
    """

    bits: Annotated[int, Field(ge=1, le=7)] = Field(
        3, description="bits of each pixel; 1: black or white"
    )

    def forward(self) -> Filter:
        """See NonDifferentiableDefense.forward."""
        from harness.backend import tf

        top = 2.0**self.bits - 1

        def rounded(images: Tensor) -> Tensor:
            return tf.round(images * top) / top

        return rounded
