"""Our own breaker: one network over the whole image, which looks for each character itself."""

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from harness.breakers.architecture import Architecture, gray, resized

# Pixels that the network works on; a larger image is brought down to so many.
LEAST, PER_CHARACTER = 2_250, 1_125
SHOWN, FEWEST_EPOCHS = 192_000, 12
STEM, MIDDLE, DEEP, DEEPER, TOP = 32, 32, 64, 96, 128


class WholeImage(Architecture):
    """Convolutions over the whole image, and one query for each character.

    Nothing is cut: the network counts the characters from left to right, and each query looks
    where its own is. The training needs no tuning: images are distorted, few of them are
    shown more often, the learning rate rises and falls, and the best epoch is kept.
    """

    edition: ClassVar[int] = 2

    epochs: Annotated[int, Field(ge=0, le=10_000)] = Field(
        0, description="passes over the data; 0: so many that 192,000 images are shown, at least 12"
    )
    warmup: Annotated[int, Field(ge=0)] = 200
    schedule: Literal["constant", "cosine"] = "cosine"
    distortion: Annotated[float, Field(ge=0, le=3)] = 0.7
    patience: Annotated[int, Field(ge=0)] = 30
    precision: Literal["float32", "bfloat16", "auto"] = "auto"

    def passes(self, images: int) -> int:
        """As asked for, else as many as it takes to show SHOWN images."""
        return self.epochs or max(FEWEST_EPOCHS, round(SHOWN / images))

    def logits(self, pixels: Any, length: int, classes: int) -> Any:
        """See Architecture.logits."""
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
        found = Queries(length)(values)
        return layers.Dense(classes)(layers.Dropout(0.2)(found))
