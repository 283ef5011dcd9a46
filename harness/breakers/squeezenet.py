"""SqueezeNet 1.1: a small network for the thousand classes of ImageNet."""

import numpy as np

from harness.array_types import KerasModel, Tensor
from harness.backend import keras
from harness.breakers.imagenet_source import CLASSES
from harness.files.downloads import Arrays

SIDE = 227  # pixels; the last pooling then takes 13 x 13
# Means of ImageNet in the order blue, green, red, on a scale to 255, as the weights want them.
MEANS = (103.939, 116.779, 123.68)
# Filters of squeeze and expand in each fire module; a pool has none.
FIRES = {
    "fire2": (16, 64), "fire3": (16, 64), "pool3": (0, 0), "fire4": (32, 128), "fire5": (32, 128),
    "pool5": (0, 0), "fire6": (48, 192), "fire7": (48, 192), "fire8": (64, 256), "fire9": (64, 256),
}  # fmt: skip


def squeezenet(arrays: Arrays) -> KerasModel:
    """Build the network and set its weights.

    Args:
        arrays: LAYER/kernel and LAYER/bias, of imagenet_source.fetch.

    Returns:
        A Keras model from RGB pixels [batch, 227, 227, 3] in [-1, 1] to logits [batch, 1000].

    Source:
        Iandola, Han, Moskewicz, Ashraf, Dally, Keutzer 2016; version 1.1.
    """
    layers, ops = keras.layers, keras.ops

    def convolved(
        features: Tensor,
        filters: int,
        size: int,
        name: str,
        strides: int = 1,
        padding: str = "valid",
    ) -> Tensor:
        convolution = layers.Conv2D(filters, size, strides, padding, activation="relu", name=name)
        return convolution(features)

    pixels = keras.Input((SIDE, SIDE, 3))
    blue_first = ops.flip(pixels, axis=-1) * 127.5 + 127.5 - np.array(MEANS, np.float32)
    features = convolved(blue_first, 64, 3, "conv1", strides=2, padding="same")
    features = layers.MaxPooling2D(3, 2)(features)
    for name, (squeeze, expand) in FIRES.items():
        if not squeeze:
            features = layers.MaxPooling2D(3, 2)(features)
            continue
        narrow = convolved(features, squeeze, 1, f"{name}_squeeze1x1")
        wide = [
            convolved(narrow, expand, 1, f"{name}_expand1x1"),
            convolved(narrow, expand, 3, f"{name}_expand3x3", padding="same"),
        ]
        features = layers.Concatenate()(wide)
    features = convolved(features, CLASSES, 1, "conv10")
    model = keras.Model(pixels, layers.GlobalAveragePooling2D()(features))
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            name = layer.name.replace("_", "/", 1)
            layer.set_weights([arrays[f"{name}/kernel"], arrays[f"{name}/bias"]])
    return model
