"""A network that reads one character, applied to equal slices of the image."""

from typing import Annotated

from pydantic import Field

from harness.array_types import Tensor
from harness.breakers.architecture import Architecture, gray, resized

SLICE_HEIGHT, SLICE_WIDTH = 40, 25


class SlicedCnn(Architecture):
    """The image cut into equal slices, one per character; one small network reads them all.

    Published for claptcha, 4 of 36 characters, 16,000 images: 98.32 % of characters and 93.21 %
    of captchas. Adam 1e-3, batches of 16 captchas (64 slices), 20 epochs.
    """

    batch_size: Annotated[int, Field(ge=1, le=65_536)] = 16

    def logits(self, pixels: Tensor, length: int, classes: int) -> Tensor:
        """Stack the layers on an input; the image becomes gray, 40 x (25 * length)."""
        from harness.backend import keras

        layers, ops = keras.layers, keras.ops
        image = resized(gray(pixels), SLICE_HEIGHT, SLICE_WIDTH * length)
        image = ops.reshape(image, (-1, SLICE_HEIGHT, length, SLICE_WIDTH, 1))
        features = ops.reshape(
            ops.transpose(image, (0, 2, 1, 3, 4)), (-1, SLICE_HEIGHT, SLICE_WIDTH, 1)
        )
        for filters in (20, 50):
            convolution = layers.Conv2D(filters, 5, padding="same", activation="relu")
            features = layers.MaxPooling2D(2)(convolution(features))
            features = layers.Dropout(0.2)(features)
        features = layers.Dense(1024, activation="relu")(layers.Flatten()(features))
        return ops.reshape(layers.Dense(classes)(features), (-1, length, classes))
