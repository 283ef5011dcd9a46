"""A learned threshold on each pixel, then three convolutions: made for interval bounds."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from harness.breakers.architecture import Architecture, gray, heads

Filters = Annotated[int, Field(ge=1, le=512)]
SLOPE = 6.0  # to begin with: black below 5/12, white above 7/12


class ThresholdCnn(Architecture):
    """A ramp that every pixel goes through alone, three convolutions, dense 256.

    A convolution adds up its neighborhood before anything can be cut off, so that the bounds of all
    its pixels add up as well. A ramp cuts each pixel off first: dark and light ones come out of a
    whole ball as 0 and 1 exactly, and only those between them leave anything to bound. Its slope
    and level are learned. The convolutions take strides in place of pools.
    """

    edition: ClassVar[int] = 2

    filters: tuple[Filters, Filters, Filters] = Field((16, 32, 64), description="of each")

    def logits(self, pixels: Any, length: int, classes: int) -> Any:
        """See Architecture.logits."""
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
