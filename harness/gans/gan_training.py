"""Training a GAN: generator against discriminator in one compiled loop of many steps."""

import time
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from harness.array_types import (
    Bytes,
    Classes,
    Floats,
    KerasModel,
    KerasOptimizer,
    Rows,
    Shape,
    Tensor,
)
from harness.backend import arithmetic, compiled, forget_models, keras, precision_here, tf
from harness.breakers.training_blocks import chunks
from harness.errors import HarnessError
from harness.files.checkpoint import Checkpoint
from harness.gans.gan import Gan
from harness.gans.sheets import ROWS, sheet, spread
from harness.images.labelled import LabelledImages
from harness.progress import Progress
from harness.results import checks
from harness.seeds import child_seed, noise

SHOWN = 100  # pictures of the same noise after each epoch
Sums = tuple[Tensor, Tensor, Tensor]  # of both losses, and of the share that was told apart
Steps = Callable[[Bytes, Classes], Sums]
Generator = Callable[..., Tensor]  # a Keras model, or its compiled function


class GanTraining:
    """A generator and a discriminator, and how far they have come.

    Attributes:
        gan: the options.
        generator: as it is trained.
        kept: the generator that draws: the same, or its average over the steps.
        discriminator: as it is trained.
        history: a row per epoch.
        sheets: after each epoch, what the same noise becomes: PNG files.
    """

    def __init__(self, gan: Gan, shape: Shape, classes: int, seed: int) -> None:
        """Build both networks.

        Args:
            gan: the options.
            shape: height, width and channels of a picture; 8 divides height and width.
            classes: of the pictures.
            seed: decides weights, noise and order.
        """
        forget_models()
        precision = precision_here(gan.precision)
        self.gan, self.seed, self.classes = gan, seed, classes
        keras.utils.set_random_seed(seed % 2**32)
        self.generator = build_network(gan, "generator", shape, classes, precision)
        self.discriminator = build_network(gan, "discriminator", shape, classes, precision)
        self.kept = self.generator
        if gan.average:
            self.kept = build_network(gan, "generator", shape, classes, precision)
            self.kept.set_weights(self.generator.get_weights())
        self.optimizers: list[KerasOptimizer] = [
            keras.optimizers.Adam(rate, beta_1=gan.beta_1)
            for rate in (gan.generator_rate, gan.discriminator_rate)
        ]
        for optimizer, model in zip(
            self.optimizers, (self.generator, self.discriminator), strict=True
        ):
            optimizer.build(model.trainable_variables)
        self.history: list[dict[str, float]] = []
        self.sheets: list[bytes] = []
        self._steps = self._compile(shape)

    def train(self, data: LabelledImages, progress: Progress, checkpoint: Checkpoint) -> None:
        """Train until all epochs are done, or go on from a checkpoint.

        Args:
            data: pictures of single characters, uint8.
            progress: told how far it is.
            checkpoint: after an epoch, where it is kept; at the start, what is gone on from.
        """
        self._resume(checkpoint)
        gan, total = self.gan, self.gan.epochs * len(data)
        like = spread(np.asarray(data.images[:SHOWN], np.float32) / 127.5 - 1)
        for epoch in range(len(self.history) + 1, gan.epochs + 1):
            start, seen, sums = time.perf_counter(), 0, np.zeros(3)
            order = np.random.default_rng(child_seed(self.seed, "order", epoch))
            for rows in chunks(order.permutation(len(data)), gan.batch_size):
                if rows.shape[1] < gan.batch_size:  # too few for the statistics of a batch
                    continue
                labels = data.labels[rows.ravel()].reshape(rows.shape).astype(np.int32)
                images = data.images[rows.ravel()].reshape(*rows.shape, *data.images.shape[1:])
                sums += [float(total) for total in self._steps(images, labels)]
                seen += rows.size
                if not np.isfinite(sums).all():
                    raise HarnessError(
                        f"a loss is no longer a number in epoch {epoch}: lower generator_rate and "
                        "discriminator_rate"
                    )
                losses = sums[:2] / (seen / gan.batch_size)
                note = (
                    f"epoch {epoch}/{gan.epochs}, losses {losses[0]:.2f} and {losses[1]:.2f}"
                    f"{self._warned()}"
                )
                progress((epoch - 1) * len(data) + seen, total, note)
            steps = seen / gan.batch_size
            shown = self._shown()
            self.history.append(
                {
                    "epoch": epoch,
                    "generator_loss": float(sums[0] / steps),
                    "discriminator_loss": float(sums[1] / steps),
                    "told_apart": float(sums[2] / steps),
                    "spread": spread(shown) / like,
                    "seconds": time.perf_counter() - start,
                }
            )
            self.sheets.append(sheet(shown))
            self._keep(checkpoint)

    def _warned(self) -> str:
        """Warn where all that was drawn after the last epoch looks alike; else give nothing."""
        collapsed = self.history and checks.gan_warnings(self.history[-1]["spread"], 0, 0)
        return ", all that it draws looks alike" if collapsed else ""

    def _shown(self) -> Floats:
        """Draw pictures of the same noise, class after class, float32 [SHOWN, ...] in [-1, 1]."""
        labels = np.arange(SHOWN, dtype=np.int32) // ROWS % self.classes
        return draw_pictures(self.kept, self.gan, labels, self.seed, np.arange(SHOWN))

    def _compile(self, shape: Shape) -> Steps:
        """Compile steps on images uint8 [steps, batch, ...] and labels int32 [steps, batch].

        They give the sums over the steps of both losses, and of the share that was told apart.
        """
        batch = self.gan.batch_size

        @compiled(
            tf.TensorSpec([None, batch, *shape], tf.uint8),
            tf.TensorSpec([None, batch], tf.int32),
        )
        def steps(images: Tensor, labels: Tensor) -> Sums:
            sums = (0.0, 0.0, 0.0)
            for number in tf.range(tf.shape(images)[0]):
                now = self._step(images[number], labels[number])
                sums = (sums[0] + now[0], sums[1] + now[1], sums[2] + now[2])
            return sums

        return steps

    def _step(self, images: Tensor, labels: Tensor) -> Sums:
        """Train the discriminator on a batch, then the generator."""
        gan, generator, batch = self.gan, self.generator, self.gan.batch_size
        for_generator, for_discriminator = self.optimizers
        draws, judges = generator.trainable_variables, self.discriminator.trainable_variables
        at = tf.stack([self.seed % 2**31, tf.cast(for_generator.iterations, tf.int32)])
        random = tf.random.stateless_normal([batch, gan.noise], at)
        wanted = tf.random.stateless_uniform([batch], at + 1, 0, self.classes, tf.int32)
        real_pictures = tf.cast(images, tf.float32) / 127.5 - 1
        with tf.GradientTape() as drawing:
            pictures = generator(_inputs(gan, random, wanted), training=True)
            with tf.GradientTape() as judging:
                real = self._answers(real_pictures, labels)
                fake = self._answers(tf.stop_gradient(pictures), wanted)
                apart = gan.discriminator_loss(real, fake, labels, wanted)
            for_discriminator.apply(judging.gradient(apart, judges), judges)
            loss = gan.generator_loss(self._answers(pictures, wanted), wanted)
        for_generator.apply(drawing.gradient(loss, draws), draws)
        self._average()
        right = tf.concat([real[:, 0] > 0, fake[:, 0] < 0], 0)
        return loss, apart, tf.reduce_mean(tf.cast(right, tf.float32))

    def _answers(self, pictures: Tensor, classes: Tensor) -> Tensor:
        return self.discriminator(_inputs(self.gan, pictures, classes), training=True)

    def _average(self) -> None:
        """Move the averaged generator a little towards the one that is trained."""
        if not self.gan.average:
            return
        done = tf.cast(self.optimizers[0].iterations, tf.float32)
        keep = tf.minimum(self.gan.average, (1 + done) / (10 + done))  # forgets the random start
        for kept, now in zip(self.kept.weights, self.generator.weights, strict=True):
            kept.assign(keep * kept + (1 - keep) * now)

    def _variables(self) -> Sequence[Tensor]:
        """Give all that a training goes on from, always in the same order."""
        owners = [self.generator, self.discriminator]
        owners += [self.kept] if self.gan.average else []
        return [variable for owner in [*owners, *self.optimizers] for variable in owner.variables]

    def _keep(self, checkpoint: Checkpoint) -> None:
        files = [np.frombuffer(sheet, np.uint8) for sheet in self.sheets]
        checkpoint.save(self._variables(), files, self.history)

    def _resume(self, checkpoint: Checkpoint) -> None:
        kept = checkpoint.restore(self._variables())
        if kept:
            files, self.history = kept
            self.sheets = [file.tobytes() for file in files]


def build_network(
    gan: Gan,
    part: Literal["generator", "discriminator"],
    shape: Shape,
    classes: int,
    precision: str = "float32",
) -> KerasModel:
    """Build a network of a GAN, its arithmetic in a precision; weights are float32.

    Args:
        gan: the options.
        part: generator or discriminator.
        shape: height, width, channels of a picture.
        classes: of the pictures.
        precision: float32 or bfloat16.
    """
    with arithmetic(precision):
        if part == "generator":
            return gan.generator(shape, classes)
        return gan.discriminator(shape, classes)


def draw_pictures(
    generator: Generator, gan: Gan, labels: Classes, seed: int, indices: Rows
) -> Floats:
    """Draw pictures float32 [n, height, width, channels] in [-1, 1].

    Args:
        generator: the network.
        gan: its options.
        labels: the classes that are asked for, int32 [n].
        seed: of the noise.
        indices: int64 [n]; picture i depends on (seed, indices[i]) and its label alone.
    """
    random = noise(seed % 2**63, indices, (gan.noise,), normal=True)
    pictures: Floats = generator(_inputs(gan, random, labels), training=False).numpy()
    return pictures


def _inputs(gan: Gan, first: Tensor, classes: Tensor) -> Tensor:
    """Give the input of a network: with the classes, where it takes them."""
    return [first, classes] if gan.conditional else first
