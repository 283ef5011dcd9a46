"""Random size and position before the breaker."""

from typing import Annotated, ClassVar

from pydantic import Field

from harness.array_types import Filter, Tensor
from harness.defenses.defense import InputDefense


class RandomResize(InputDefense):
    """Each image gets a random smaller size and a random position; empty borders repeat the edge.

    The answers are random, so that attacks average several of them for each gradient.

    Source: Xie, Wang, Zhang, Ren, Yuille 2018; Athalye, Carlini, Wagner 2018, section 4.2 (EOT).
    """

    random: ClassVar[bool] = True

    least: Annotated[float, Field(gt=0.2, lt=1)] = Field(
        0.8, description="smallest size, as a share of width and height"
    )
    averaged: Annotated[int, Field(ge=1, le=1000)] = Field(
        8,
        description="random draws over which an attack averages each gradient (EOT); 1: no average",
    )

    def draws(self) -> int:
        """See InputDefense.draws."""
        return self.averaged

    def marks(self) -> tuple[str, ...]:
        """See InputDefense.marks."""
        return () if self.averaged > 1 else ("not_averaged",)

    def filter(self) -> Filter:
        """See InputDefense.filter."""
        from harness.backend import tf

        numbers = tf.random.Generator.from_seed(0)

        def resized(images: Tensor) -> Tensor:
            batch, (height, width) = tf.shape(images)[0], images.shape[1:3]
            draw = numbers.uniform([3, batch])
            size = self.least + (1 - self.least) * draw[0]
            left, top = (1 - size) * width * draw[1], (1 - size) * height * draw[2]
            none = tf.zeros_like(size)
            # The pixel (x, y) is looked up at ((x - left) / size, (y - top) / size).
            looked_up = [1 / size, none, -left / size, none, 1 / size, -top / size, none, none]
            return tf.raw_ops.ImageProjectiveTransformV3(
                images=images,
                transforms=tf.stack(looked_up, axis=1),
                output_shape=[height, width],
                fill_value=0.0,
                interpolation="BILINEAR",
                fill_mode="NEAREST",
            )

        return resized
