"""DCGAN: transposed convolutions against strided ones; what it draws has no label."""

from typing import Annotated

from pydantic import Field

from harness.array_types import KerasModel, Shape, Tensor
from harness.gans.gan import Gan

LEAK = 0.2


class Dcgan(Gan):
    """The deep convolutional GAN (Radford, Metz, Chintala 2016), unconditional.

    Source: Radford, Metz, Chintala 2016; layers and rates of the reference experiments.
    """

    smoothing: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.1, description="real pictures are to be taken for real with 1 - smoothing, not with 1"
    )

    def generator(self, shape: Shape, classes: int) -> KerasModel:
        """See Gan.generator."""
        from harness.backend import keras
        from harness.breakers.batch_norm import BatchNorm

        layers = keras.layers
        height, width, channels = shape
        noise = keras.Input((self.noise,), dtype="float32")
        features = layers.Dense(height // 8 * (width // 8) * 512)(noise)
        features = layers.Reshape((height // 8, width // 8, 512))(features)
        features = layers.LeakyReLU(LEAK)(BatchNorm()(features))
        for filters in (256, 128):
            wider = layers.Conv2DTranspose(filters, 5, 2, padding="same")(features)
            features = layers.LeakyReLU(LEAK)(BatchNorm()(wider))
        drawn = layers.Conv2DTranspose(channels, 5, 2, padding="same")(features)
        return keras.Model(noise, keras.ops.tanh(keras.ops.cast(drawn, "float32")))

    def discriminator(self, shape: Shape, classes: int) -> KerasModel:
        """See Gan.discriminator."""
        from harness.backend import keras
        from harness.breakers.batch_norm import BatchNorm

        layers = keras.layers
        pictures = keras.Input(shape, dtype="float32")
        features = layers.LeakyReLU(LEAK)(layers.Conv2D(64, 5, 2, padding="same")(pictures))
        for filters in (128, 256):
            narrower = layers.Conv2D(filters, 5, 2, padding="same")(features)
            features = layers.LeakyReLU(LEAK)(BatchNorm()(narrower))
        logit = layers.Dense(1)(layers.Flatten()(features))
        return keras.Model(pictures, keras.ops.cast(logit, "float32"))

    def discriminator_loss(
        self, real: Tensor, drawn: Tensor, labels: Tensor, wanted: Tensor
    ) -> Tensor:
        """See Gan.discriminator_loss: cross-entropy of a sigmoid, one half for each kind."""
        return (self._cross_entropy(real, 1 - self.smoothing) + self._cross_entropy(drawn, 0.0)) / 2

    def generator_loss(self, drawn: Tensor, wanted: Tensor) -> Tensor:
        """See Gan.generator_loss."""
        return self._cross_entropy(drawn, 1.0)

    @staticmethod
    def _cross_entropy(answers: Tensor, chance: float) -> Tensor:
        """Give the cross-entropy of answers that should be real with a chance."""
        from harness.backend import tf

        logits = answers[:, 0]
        losses = tf.nn.sigmoid_cross_entropy_with_logits(tf.fill(tf.shape(logits), chance), logits)
        return tf.reduce_mean(losses)
