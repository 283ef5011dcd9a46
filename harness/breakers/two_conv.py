"""Two convolutions and two dense layers: what adversarial training on MNIST is measured with."""

from typing import Any

from harness.breakers.architecture import Architecture, heads


class TwoConv(Architecture):
    """Convolutions 5x5 of 32 and 64 with pools, dense 256: Madry's network, its dense quartered."""

    def logits(self, pixels: Any, length: int, classes: int) -> Any:
        """See Architecture.logits."""
        from harness.backend import keras

        layers = keras.layers
        features = pixels
        for filters in (32, 64):
            convolution = layers.Conv2D(filters, 5, padding="same", activation="relu")
            features = layers.MaxPooling2D(2)(convolution(features))
        features = layers.Dense(256, activation="relu")(layers.Flatten()(features))
        return heads(features, length, classes)
