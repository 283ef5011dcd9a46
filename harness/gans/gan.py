"""What every GAN promises: two networks, what each of them lowers, and how they are trained."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from harness.options import Options

Rate = Annotated[float, Field(gt=0, le=1)]


class Gan(Options):
    """Base of all GANs: a generator that draws, a discriminator that tells drawn from real.

    Pictures are float32 in [-1, 1] here, [batch, height, width, channels]; noise is N(0, 1).
    """

    conditional: ClassVar[bool] = False  # the class is an input: what is drawn has a label

    epochs: Annotated[int, Field(ge=1, le=10_000)] = 100
    batch_size: Annotated[int, Field(ge=2, le=4096)] = 100
    noise: Annotated[int, Field(ge=1, le=4096)] = Field(100, description="numbers per picture")
    generator_rate: Rate = Field(1e-4, description="learning rate (Adam)")
    discriminator_rate: Rate = Field(1e-3, description="learning rate (Adam)")
    beta_1: Annotated[float, Field(ge=0, lt=1)] = Field(0.5, description="of Adam")
    average: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0, description="of the generator's weights over the steps: what is kept each step"
    )
    precision: Literal["float32", "bfloat16", "auto"] = Field(
        "auto", description="while training; auto: bfloat16 where the processor is fast at it"
    )
    repeat: int = Field(0, description="another number, another training: start and order")

    def generator(self, shape: tuple[int, int, int], classes: int) -> Any:
        """A Keras model: noise [batch, noise] (and classes int32 [batch]) -> pictures."""
        raise NotImplementedError

    def discriminator(self, shape: tuple[int, int, int], classes: int) -> Any:
        """A Keras model: pictures (and classes) -> how real each seems, float32 [batch, 1 + more].

        The first number of a row is the logit of being real.
        """
        raise NotImplementedError

    def told_apart(self, real: Any, drawn: Any, labels: Any, wanted: Any) -> Any:
        """Say what the discriminator lowers, a mean over the batch.

        Args:
            real: its answers to real pictures.
            drawn: its answers to drawn ones.
            labels: classes of the real ones, int32 [batch].
            wanted: classes that were asked for, int32 [batch].
        """
        raise NotImplementedError

    def taken_for_real(self, drawn: Any, wanted: Any) -> Any:
        """Say what the generator lowers: see `told_apart`."""
        raise NotImplementedError
