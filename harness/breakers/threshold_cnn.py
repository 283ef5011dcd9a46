"""A network for certified training: a learned threshold on each pixel, three convolutions."""

from typing import Annotated, ClassVar

from pydantic import Field

from harness.array_types import Tensor
from harness.breakers.architecture import Architecture, gray, heads

Filters = Annotated[int, Field(ge=1, le=512)]
SLOPE = 6.0  # of the ramp before training: black below 5/12, white above 7/12


class ThresholdCnn(Architecture):
    """For interval bounds (ibp): a learned ramp on each pixel, three convolutions, dense 256.

    A convolution sums its neighborhood, and with it the bounds of all its pixels. A ramp clips each
    pixel first: for all images of a ball, dark and light pixels become 0 and 1 exactly, and only
    those between them keep an interval. Its slope and level are learned. The convolutions take
    strides in place of pools.
    """

    edition: ClassVar[int] = 2

    filters: tuple[Filters, Filters, Filters] = Field(
        (16, 32, 64), description="number of filters of each convolution"
    )

    def logits(self, pixels: Tensor, length: int, classes: int) -> Tensor:
        """Stack the layers on an input; see Architecture.logits."""
        from harness.backend import keras

        layers, constant = keras.layers, keras.initializers.Constant
        ramp = layers.Conv2D(
            1, 1, kernel_initializer=constant(SLOPE), bias_initializer=constant(0.5 - SLOPE / 2)
        )
        features = layers.ReLU(max_value=1.0)(ramp(gray(pixels)))
        for filters, (size, strides) in zip(self.filters, ((3, 1), (4, 2), (4, 2)), strict=True):
            convolution = layers.Conv2D(filters, size, strides, padding="same", activation="relu")
            features = convolution(features)
        features = layers.Dense(256, activation="relu")(layers.Flatten()(features))
        return heads(features, length, classes)
