"""A network over the whole image that finds each character by attention; designed here."""

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from harness.array_types import Tensor
from harness.breakers.architecture import Architecture, gray, resized

# Pixels that the network works on: a larger image is scaled down to PER_CHARACTER for each.
LEAST, PER_CHARACTER = 2_250, 1_125
SHOWN, FEWEST_EPOCHS = 192_000, 12
STEM, MIDDLE, DEEP, DEEPER, TOP = 32, 32, 64, 96, 128


class WholeImage(Architecture):
    """Convolutions over the whole image, then attention with one query for each character.

    The image is not cut into characters: the network counts them from left to right, and each query
    attends to one of them. The training needs no tuning: images are distorted, small data sets are
    shown more often, the learning rate rises and falls, and the weights of the best epoch are kept.
    """

    edition: ClassVar[int] = 2

    epochs: Annotated[int, Field(ge=0, le=10_000)] = Field(
        0, description="passes over the data; 0: as many as show 192,000 images, at least 12"
    )
    warmup: Annotated[int, Field(ge=0)] = 200
    schedule: Literal["constant", "cosine"] = "cosine"
    distortion: Annotated[float, Field(ge=0, le=3)] = 0.7
    patience: Annotated[int, Field(ge=0)] = 30
    precision: Literal["float32", "bfloat16", "auto"] = "auto"

    def passes(self, images: int) -> int:
        """Give the number of epochs: the option, else as many as show SHOWN images."""
        return self.epochs or max(FEWEST_EPOCHS, round(SHOWN / images))

    def logits(self, pixels: Tensor, length: int, classes: int) -> Tensor:
        """Stack the layers on an input; see Architecture.logits."""
        from harness.backend import keras
        from harness.breakers.batch_norm import convolved
        from harness.breakers.counting_attention import Queries

        layers, ops = keras.layers, keras.ops

        height, width = pixels.shape[1:3]
        shrink = min(1.0, math.sqrt(max(LEAST, PER_CHARACTER * length) / (height * width)))
        image = resized(gray(pixels), round(height * shrink), round(width * shrink))
        features = convolved(image, STEM, 5, 2)
        features = layers.MaxPooling2D(2, padding="same")(convolved(features, MIDDLE))
        features = convolved(convolved(features, DEEP), DEEPER)
        features = layers.MaxPooling2D((2, 1), padding="same")(features)
        features = convolved(features, TOP)
        rows, columns = features.shape[1:3]
        features = ops.reshape(ops.transpose(features, (0, 2, 1, 3)), (-1, columns, rows * TOP))
        features = layers.Dropout(0.2)(features)
        values = layers.Dense(TOP, activation="relu")(features)
        characters = Queries(length)(values)
        return layers.Dense(classes)(layers.Dropout(0.2)(characters))
