"""Base of the networks that are trained here: their layers, and the recipe that trains them."""

from abc import abstractmethod
from typing import Annotated, ClassVar, Literal, Self, TypedDict

from pydantic import Field, model_validator

from harness.array_types import KerasModel, Shape, Tensor
from harness.breakers.network import Answers
from harness.options import Options

Schedule = Literal["constant", "cosine", "plateau"]
Optimizer = Literal["sgd", "momentum", "adagrad", "rmsprop", "adam"]
Loss = Literal["cross_entropy", "binary_cross_entropy"]


class Recipe(Options):
    """Options of a training; an architecture's defaults are those it was published with."""

    epochs: Annotated[int, Field(ge=1, le=10_000)] = Field(20, description="passes over the data")
    batch_size: Annotated[int, Field(ge=1, le=65_536)] = Field(
        64, description="captchas per training step"
    )
    learning_rate: Annotated[float, Field(gt=0, le=10)] | None = Field(
        None, description="step size; by default 0.01 for sgd and momentum, 0.001 for the others"
    )
    warmup: Annotated[int, Field(ge=0)] = Field(
        0,
        description="steps over which the learning rate rises from 0; with 0, some random "
        "initializations fail to train",
    )
    schedule: Schedule = Field(
        "constant",
        description="of the learning rate; cosine: it falls to 0 by the last step; plateau: it "
        "falls once nothing is gained any more, and the training ends",
    )
    shift: Annotated[int, Field(ge=0, le=64)] = Field(
        0,
        description="largest random shift of a training batch, in pixels; 0: none",
    )
    settling: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0, description="share of the steps, at the end, without random shift; 0.2: the last fifth"
    )
    distortion: Annotated[float, Field(ge=0, le=3)] = Field(
        0.0,
        description="strength of random rotation, shear, scale and shift of training images",
    )
    optimizer: Optimizer = Field(
        "adam", description="of the weights; momentum: sgd with momentum 0.9"
    )
    loss: Loss = Field(
        "cross_entropy",
        description="what training lowers: summed over characters, or averaged over one-hot bits",
    )
    patience: Annotated[int, Field(ge=0)] = Field(
        0, description="early stopping: epochs without a better validation; 0: all epochs are run"
    )
    endless: bool = Field(
        False,
        description="draw new captchas for each epoch while training, so that none is seen twice",
    )
    precision: Literal["float32", "bfloat16", "auto"] = Field(
        "float32",
        description="arithmetic while training; auto: bfloat16 where the processor is fast at it",
    )
    repeat: int = Field(0, description="extra seed, for repeated trainings")

    @model_validator(mode="after")
    def _settles(self) -> Self:
        if self.settling and not self.shift:
            raise ValueError(f"settling = {self.settling:g} is the rest of a shift; set `shift`")
        return self

    def passes(self, images: int) -> int:
        """Give the number of epochs for a number of training images, which other recipes need."""
        return self.epochs

    def begun(self) -> Self:
        """Give the recipe of a training that begins with the weights of another breaker."""
        return self

    def training_precision(self) -> str:
        """Give the precision of the training on this machine, float32 or bfloat16."""
        from harness.backend import precision_here

        return precision_here(self.precision)


class Architecture(Recipe):
    """Base of all networks that are trained here: the layers, and how they are trained."""

    shows: ClassVar[Answers] = "gradients"
    by_bits: ClassVar[bool] = False  # published with its accuracy by bits of one-hot labels
    sounds: ClassVar[bool] = False  # it listens to waves; otherwise it looks at pictures

    @abstractmethod
    def logits(self, pixels: Tensor, length: int, classes: int) -> Tensor:
        """Stack the layers on an input.

        Args:
            pixels: Keras tensor [batch, height, width, channels], in [0, 1].
            length: characters per captcha.
            classes: size of the alphabet.

        Returns:
            Keras tensor [batch, length, classes], before the softmax.
        """

    def build(
        self,
        shape: Shape,
        length: int,
        classes: int,
        seed: int,
        precision: str = "float32",
    ) -> KerasModel:
        """Build a Keras model with random weights.

        Args:
            shape: height, width and channels of an image.
            length: characters per captcha.
            classes: size of the alphabet, and the blank where there is one.
            seed: of the weights, which are float32 whatever the precision.
            precision: of the layers' arithmetic, float32 or bfloat16.
        """
        from harness.backend import arithmetic, keras

        keras.utils.set_random_seed(seed % 2**32)
        with arithmetic(precision):
            pixels = keras.Input(shape, name="pixels", dtype="float32")
            logits = self.logits(pixels, length, classes)
            return keras.Model(pixels, keras.ops.cast(logits, "float32"))


def gray(pixels: Tensor) -> Tensor:
    """Turn RGB pixels [..., 3] into their luminance [..., 1] (ITU-R 601); leave gray ones."""
    if pixels.shape[-1] == 1:
        return pixels
    red, green, blue = pixels[..., 0:1], pixels[..., 1:2], pixels[..., 2:3]
    return 0.299 * red + 0.587 * green + 0.114 * blue


def resized(pixels: Tensor, height: int, width: int) -> Tensor:
    """Resize images by bilinear interpolation, inside the model: gradients pass it."""
    from harness.backend import keras

    if tuple(pixels.shape[1:3]) == (height, width):
        return pixels
    return keras.ops.image.resize(pixels, (height, width), interpolation="bilinear")


def heads(features: Tensor, length: int, classes: int) -> Tensor:
    """Stack one dense layer per character, named fc1, fc2, ..., on shared features [batch, n].

    Returns:
        Keras tensor [batch, length, classes].
    """
    from harness.backend import keras

    each = [keras.layers.Dense(classes, name=f"fc{n + 1}")(features) for n in range(length)]
    return keras.ops.stack(each, axis=1)


class LayerFacts(TypedDict):
    """A layer of a network, as the report shows it.

    Attributes:
        name: of the layer.
        kind: its class.
        output: shape for one image.
        parameters: their number.
    """

    name: str
    kind: str
    output: list[int]
    parameters: int


def layers(model: KerasModel) -> list[LayerFacts]:
    """List the layers of a Keras model in their order."""
    return [
        {
            "name": layer.name,
            "kind": type(layer).__name__,
            "output": [int(size) for size in layer.output.shape[1:]],
            "parameters": int(layer.count_params()),
        }
        for layer in model.layers
    ]
