"""A small AlexNet for digits: five convolutions, two wide dense layers."""

from typing import Annotated, Literal

from pydantic import Field

from harness.array_types import Tensor
from harness.breakers.architecture import Architecture, heads

WIDE = 4096


class AlexnetSmall(Architecture):
    """A small AlexNet of 18 million parameters: the classifier of the published joint detector.

    Convolutions 5x5 of 20 and 40 with a pool after each, 3x3 of 80, 80 and 40 with a pool after
    the last; two dense layers of 4096 with half of their outputs dropped; all relu.
    """

    epochs: Annotated[int, Field(ge=1, le=10_000)] = 5
    batch_size: Annotated[int, Field(ge=1, le=65_536)] = 128
    precision: Literal["float32", "bfloat16", "auto"] = "auto"

    def logits(self, pixels: Tensor, length: int, classes: int) -> Tensor:
        """Stack the layers on an input; see Architecture.logits."""
        from harness.backend import keras

        layers = keras.layers
        features = pixels
        for filters, size, pooled in (
            (20, 5, True), (40, 5, True), (80, 3, False), (80, 3, False), (40, 3, True),
        ):  # fmt: skip
            convolution = layers.Conv2D(filters, size, padding="same", activation="relu")
            features = convolution(features)
            features = layers.MaxPooling2D(2)(features) if pooled else features
        features = layers.Flatten()(features)
        for _ in range(2):
            features = layers.Dropout(0.5)(layers.Dense(WIDE, activation="relu")(features))
        return heads(features, length, classes)
