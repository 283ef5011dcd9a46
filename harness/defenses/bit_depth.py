"""Fewer gray levels before the breaker."""

from typing import Annotated, Any

from pydantic import Field

from harness.arrays import Filter
from harness.defenses.defense import SteppedDefense


class BitDepth(SteppedDefense):
    """Each pixel is rounded to one of 2^bits levels.

    Source: Xu, Evans, Qi 2018 (feature squeezing), section 2.2.
    """

    bits: Annotated[int, Field(ge=1, le=7)] = Field(3, description="1: black or white")

    def stepped(self) -> Filter:
        """See SteppedDefense.stepped."""
        from harness.backend import tf

        top = 2.0**self.bits - 1

        def rounded(images: Any) -> Any:
            return tf.round(images * top) / top

        return rounded
