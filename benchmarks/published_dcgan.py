"""The DCGAN of the reference experiments, trained as it was published: batch by batch."""

import time
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.backend import keras

NOISE, BATCH, LEAK, SMOOTHING = 100, 100, 0.2, 0.1


def generator() -> Any:
    """Build the generator: noise [batch, 100] -> pictures [batch, 32, 32, 3] in [-1, 1]."""
    layers = keras.layers
    model = keras.Sequential([keras.Input((NOISE,)), layers.Dense(8192)])
    model.add(layers.Reshape((4, 4, 512)))
    for filters in (256, 128):
        model.add(layers.BatchNormalization())
        model.add(layers.LeakyReLU(LEAK))
        model.add(layers.Conv2DTranspose(filters, 5, 2, padding="same"))
    model.add(layers.BatchNormalization())
    model.add(layers.LeakyReLU(LEAK))
    model.add(layers.Conv2DTranspose(3, 5, 2, padding="same", activation="tanh"))
    return model


def discriminator() -> Any:
    """Build the discriminator: pictures -> the probability that they are real, [batch, 1]."""
    layers = keras.layers
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for filters in (64, 128, 256):
        model.add(layers.Conv2D(filters, 5, 2, padding="same"))
        if filters > 64:  # noqa: PLR2004 - the first has none
            model.add(layers.BatchNormalization())
        model.add(layers.LeakyReLU(LEAK))
    model.add(layers.Flatten())
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


class PublishedDcgan:
    """The three models, compiled by Keras: the last is the generator before the discriminator."""

    def __init__(self) -> None:
        """Compile with Adam: 1e-4 for the generator, 1e-3 for the discriminator."""
        self.generator, self.discriminator = generator(), discriminator()
        self.discriminator.compile(keras.optimizers.Adam(1e-3, beta_1=0.5), "binary_crossentropy")
        noise = keras.Input((NOISE,))
        self.both = keras.Model(noise, self.discriminator(self.generator(noise)))
        self.both.compile(keras.optimizers.Adam(1e-4, beta_1=0.5), "binary_crossentropy")
        # What a model trains is settled when it is traced: first the one alone, then both.
        some = np.zeros((BATCH, 32, 32, 3), np.float32)
        self.discriminator.train_on_batch(some, np.zeros((BATCH, 1)))
        self.discriminator.trainable = False
        self.both.train_on_batch(np.zeros((BATCH, NOISE), np.float32), np.ones((BATCH, 1)))

    def epoch(self, images: npt.NDArray[np.uint8], rng: np.random.Generator) -> float:
        """Train on images uint8 [n, 32, 32, 3] once; the seconds that it took."""
        begin = time.perf_counter()
        order = rng.permutation(len(images))
        for at in range(0, len(images) - BATCH + 1, BATCH):
            real = images[order[at : at + BATCH]].astype(np.float32) / 127.5 - 1
            noise = rng.standard_normal((BATCH, NOISE)).astype(np.float32)
            fake = self.generator.predict(noise, verbose=0)
            self.discriminator.train_on_batch(real, np.full((BATCH, 1), 1 - SMOOTHING))
            self.discriminator.train_on_batch(fake, np.zeros((BATCH, 1)))
            noise = rng.standard_normal((BATCH, NOISE)).astype(np.float32)
            self.both.train_on_batch(noise, np.ones((BATCH, 1)))
        return time.perf_counter() - begin
