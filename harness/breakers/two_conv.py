"""A network of two convolutions and two dense layers, for adversarial training on MNIST."""

from harness.array_types import Tensor
from harness.breakers.architecture import Architecture, heads


class TwoConv(Architecture):
    """Convolutions 5x5 of 32 and 64 with pools, dense 256: as Madry's, which has dense 1024."""

    def logits(self, pixels: Tensor, length: int, classes: int) -> Tensor:
        """Stack the layers on an input; see Architecture.logits."""
        from harness.backend import keras

        layers = keras.layers
        features = pixels
        for filters in (32, 64):
            convolution = layers.Conv2D(filters, 5, padding="same", activation="relu")
            features = layers.MaxPooling2D(2)(convolution(features))
        features = layers.Dense(256, activation="relu")(layers.Flatten()(features))
        return heads(features, length, classes)
