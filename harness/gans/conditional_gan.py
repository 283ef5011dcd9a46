"""Our conditional GAN: the class is an input, so that the label is known when it is drawn."""

from typing import Annotated, ClassVar

from pydantic import Field

from harness.array_types import KerasModel, Shape, Tensor
from harness.gans import gan
from harness.gans.gan import Gan, Rate

LEAK = 0.2


class ConditionalGan(Gan):
    """Draws a given class: the generator is normalized by it, the discriminator asks for it.

    The discriminator compares what it sees with what the class looks like (a projection), and
    names the class besides, which keeps the generator to it when there is little time. The
    generator that is kept is an average over the steps.

    Source: Miyato and Koyama 2018 (projection), Odena, Olah, Shlens 2017 (naming the class),
    Miyato and others 2018 (spectral normalization, hinge loss), Dumoulin and others 2017
    (normalization by class).
    """

    conditional: ClassVar[bool] = True

    epochs: Annotated[int, Field(ge=1, le=10_000)] = Field(20, description=gan.EPOCHS)
    batch_size: Annotated[int, Field(ge=2, le=4096)] = Field(64, description=gan.BATCH_SIZE)
    noise: Annotated[int, Field(ge=1, le=4096)] = Field(64, description=gan.NOISE)
    generator_rate: Rate = Field(4e-4, description=gan.GENERATOR_RATE)
    discriminator_rate: Rate = Field(4e-4, description=gan.DISCRIMINATOR_RATE)
    beta_1: Annotated[float, Field(ge=0, lt=1)] = Field(0.0, description=gan.BETA_1)
    average: Annotated[float, Field(ge=0, lt=1)] = Field(0.998, description=gan.AVERAGE)
    naming: Annotated[float, Field(ge=0, le=10)] = Field(
        0.5,
        description="weight of the auxiliary classification loss (AC-GAN)",
    )

    def generator(self, shape: Shape, classes: int) -> KerasModel:
        """See Gan.generator."""
        from harness.backend import keras
        from harness.gans.layers import ClassNorm

        layers, ops = keras.layers, keras.ops
        height, width, channels = shape
        noise = keras.Input((self.noise,), dtype="float32")
        labels = keras.Input((), dtype="int32")
        features = layers.Dense(height // 8 * (width // 8) * 192)(noise)
        features = layers.Reshape((height // 8, width // 8, 192))(features)
        for filters in (128, 96, 64):
            features = ops.relu(ClassNorm(classes)(features, labels))
            features = layers.UpSampling2D(2)(features)
            features = layers.Conv2D(filters, 3, padding="same")(features)
        features = ops.relu(ClassNorm(classes)(features, labels))
        drawn = layers.Conv2D(channels, 3, padding="same")(features)
        return keras.Model([noise, labels], ops.tanh(ops.cast(drawn, "float32")))

    def discriminator(self, shape: Shape, classes: int) -> KerasModel:
        """See Gan.discriminator: after the logit of being real, the logits of the classes."""
        from harness.backend import keras
        from harness.gans.layers import Bounded

        layers, ops = keras.layers, keras.ops
        pictures = keras.Input(shape, dtype="float32")
        labels = keras.Input((), dtype="int32")
        features = pictures
        for filters, size, strides in ((64, 4, 2), (128, 4, 2), (192, 4, 2), (192, 3, 1)):
            convolution = layers.Conv2D(filters, size, strides, padding="same", use_bias=False)
            features = layers.LeakyReLU(LEAK)(Bounded(convolution)(features))
        summed = ops.cast(ops.sum(features, axis=(1, 2)), "float32")
        like = layers.Embedding(classes, summed.shape[-1], dtype="float32")(labels)
        real = Bounded(layers.Dense(1, use_bias=False, dtype="float32"))(summed)
        real = real + ops.sum(like * summed, axis=-1, keepdims=True)
        named = layers.Dense(classes, dtype="float32")(summed)
        return keras.Model([pictures, labels], ops.concatenate([real, named], axis=-1))

    def discriminator_loss(
        self, real: Tensor, drawn: Tensor, labels: Tensor, wanted: Tensor
    ) -> Tensor:
        """See Gan.discriminator_loss: hinges, and naming the classes of real pictures."""
        from harness.backend import tf

        hinges = tf.nn.relu(1 - real[:, 0]) + tf.nn.relu(1 + drawn[:, 0])
        return tf.reduce_mean(hinges) + self.naming * _naming_loss(real, labels)

    def generator_loss(self, drawn: Tensor, wanted: Tensor) -> Tensor:
        """See Gan.generator_loss."""
        from harness.backend import tf

        return self.naming * _naming_loss(drawn, wanted) - tf.reduce_mean(drawn[:, 0])


def _naming_loss(answers: Tensor, classes: Tensor) -> Tensor:
    """Give the cross-entropy of the classes that the discriminator names."""
    from harness.backend import tf

    logits = answers[:, 1:]
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=classes, logits=logits)
    return tf.reduce_mean(losses)
