"""The denoising autoencoder: clean captchas in, with noise; clean captchas out."""

from pathlib import Path

import numpy as np

from harness.array_types import Filter, KerasModel, Pixels, Shape, Tensor
from harness.backend import arithmetic, compiled, keras, precision_here, tf
from harness.breakers import saved_breaker
from harness.progress import Progress
from harness.seeds import child_seed

WEIGHTS = "denoiser.npz"
NOISE, BATCH, FILTERS = 0.1, 128, 32
SHOWN, PASSES = 120_000, 60  # images with fresh noise, each at most so often
TINY = 1e-4  # keeps the logarithm of a pixel finite
AT_MOST = 20_000  # different ones


def build(shape: Shape, precision: str = "float32") -> KerasModel:
    """Build the network: two convolutions with pools, two with upsampling, and a last one.

    Source: the judge of the reference experiments; sizes that 4 does not divide are cropped.
    """
    layers = keras.layers
    with arithmetic(precision):
        pixels = keras.Input(shape, dtype="float32")
        features = pixels
        for _ in range(2):
            features = layers.Conv2D(FILTERS, 3, padding="same", activation="relu")(features)
            features = layers.MaxPooling2D(2, padding="same")(features)
        for _ in range(2):
            features = layers.Conv2D(FILTERS, 3, padding="same", activation="relu")(features)
            features = layers.UpSampling2D(2)(features)
        logits = layers.Conv2D(shape[-1], 3, padding="same")(features)
        pictures = keras.ops.sigmoid(keras.ops.cast(logits, "float32"))
        return keras.Model(pixels, pictures[:, : shape[0], : shape[1]])


def train(images: Pixels, seed: int, progress: Progress) -> KerasModel:
    """Train on clean images.

    Args:
        images: uint8 or uint16 [n, height, width, channels].
        seed: of the weights, the order, and the noise.
        progress: told how far it is.
    """
    keras.utils.set_random_seed(seed % 2**32)
    model = build((images.shape[1], images.shape[2], images.shape[3]), precision_here("auto"))
    count = min(len(images), AT_MOST)
    total = -(-min(SHOWN, PASSES * count) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(2e-3, total)
    optimize = keras.optimizers.Adam(rate)
    optimize.build(model.trainable_variables)
    full = float(np.iinfo(images.dtype.name).max)

    @compiled()
    def step(batch: Tensor, number: Tensor) -> None:
        clean = tf.cast(batch, tf.float32) / full
        noise = tf.random.stateless_normal(tf.shape(clean), [seed % 2**31, number], 0.0, NOISE)
        noisy = tf.clip_by_value(clean + noise, 0.0, 1.0)
        with tf.GradientTape() as tape:
            # Not the distance: where most is white, all white would be a place to rest.
            drawn = tf.clip_by_value(model(noisy, training=True), TINY, 1 - TINY)
            error = keras.ops.mean(keras.ops.binary_crossentropy(clean, drawn))
        optimize.apply(tape.gradient(error, model.trainable_variables))

    numbers = np.random.default_rng(child_seed(seed, "order"))
    for number in range(total):
        rows = np.sort(numbers.integers(0, count, BATCH))
        step(tf.constant(images[rows]), tf.constant(number))
        if number % 20 == 0:
            progress(number, total, "denoising")
    return model


def save(model: KerasModel, folder: Path) -> None:
    """Write the weights of an autoencoder."""
    saved_breaker.write(model, folder / WEIGHTS)


def load(folder: Path, shape: Shape) -> Filter:
    """Load a saved autoencoder as a filter of images."""
    model = build(shape)
    saved_breaker.fill(model, folder / WEIGHTS)
    return lambda images: model(images, training=False)
