"""One network over the whole image, one softmax head for each of the characters."""

from typing import ClassVar

from harness.array_types import Tensor
from harness.breakers.architecture import Architecture, gray, heads


class FourHeads(Architecture):
    """Three convolutions over the whole gray image, one softmax head per character (fc1, fc2, ...).

    Published for 160 x 60 images of 4 digits, with five optimizers and two losses to compare.
    """

    by_bits: ClassVar[bool] = True

    def logits(self, pixels: Tensor, length: int, classes: int) -> Tensor:
        """Stack the layers on an input; see Architecture.logits."""
        # Valid convolutions and 'same' pooling, as published.
        from harness.backend import keras

        layers = keras.layers
        features = layers.Conv2D(32, 3, activation="relu")(gray(pixels))
        features = layers.Conv2D(32, 3, activation="relu")(features)
        features = layers.MaxPooling2D(2, padding="same")(features)
        features = layers.Conv2D(64, 3, activation="relu")(features)
        features = layers.MaxPooling2D(2, padding="same")(features)
        features = layers.Dropout(0.25)(layers.Flatten()(features))
        return heads(features, length, classes)
