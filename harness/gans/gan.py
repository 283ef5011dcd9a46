"""The base of all GANs: two networks, the loss of each, and how they are trained."""

from abc import ABC, abstractmethod
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from harness.array_types import KerasModel, Shape, Tensor
from harness.options import Options

Rate = Annotated[float, Field(gt=0, le=1)]
# What the options mean, also where a GAN has another default.
EPOCHS = "passes over the pictures"
BATCH_SIZE = "pictures for each step"
NOISE = "random numbers from which the generator draws a picture"
GENERATOR_RATE = "learning rate of the generator (Adam)"
DISCRIMINATOR_RATE = "learning rate of the discriminator (Adam)"
BETA_1 = "decay of the gradients' mean in Adam"
AVERAGE = "decay of the moving average (EMA) of the generator's weights; 0: the last weights"


class Gan(Options, ABC):
    """Base of all GANs: a generator that draws, a discriminator that tells drawn from real.

    Pictures are float32 in [-1, 1] here, [batch, height, width, channels]; noise is N(0, 1).
    """

    conditional: ClassVar[bool] = False  # the class is an input: what is drawn has a label

    epochs: Annotated[int, Field(ge=1, le=10_000)] = Field(100, description=EPOCHS)
    batch_size: Annotated[int, Field(ge=2, le=4096)] = Field(100, description=BATCH_SIZE)
    noise: Annotated[int, Field(ge=1, le=4096)] = Field(100, description=NOISE)
    generator_rate: Rate = Field(1e-4, description=GENERATOR_RATE)
    discriminator_rate: Rate = Field(1e-3, description=DISCRIMINATOR_RATE)
    beta_1: Annotated[float, Field(ge=0, lt=1)] = Field(0.5, description=BETA_1)
    average: Annotated[float, Field(ge=0, lt=1)] = Field(0.0, description=AVERAGE)
    precision: Literal["float32", "bfloat16", "auto"] = Field(
        "auto",
        description="arithmetic while training; auto: bfloat16 where the processor is fast at it",
    )
    repeat: int = Field(0, description="extra seed, for repeated trainings")

    @abstractmethod
    def generator(self, shape: Shape, classes: int) -> KerasModel:
        """Build a Keras model: noise [batch, noise] (and classes int32 [batch]) -> pictures."""

    @abstractmethod
    def discriminator(self, shape: Shape, classes: int) -> KerasModel:
        """Build a Keras model: pictures (and classes) -> answers float32 [batch, 1 + more].

        The first number of a row is the logit of being real.
        """

    @abstractmethod
    def discriminator_loss(
        self, real: Tensor, drawn: Tensor, labels: Tensor, wanted: Tensor
    ) -> Tensor:
        """Give the loss of the discriminator, a mean over the batch.

        Args:
            real: its answers to real pictures.
            drawn: its answers to drawn ones.
            labels: classes of the real ones, int32 [batch].
            wanted: classes of the drawn ones, as they were asked for, int32 [batch].
        """

    @abstractmethod
    def generator_loss(self, drawn: Tensor, wanted: Tensor) -> Tensor:
        """Give the loss of the generator, see `discriminator_loss`."""
