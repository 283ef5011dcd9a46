"""What every breaker promises: logits for each character, and the recipe that trains it."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from harness.options import Options

Optimizer = Literal["sgd", "momentum", "adagrad", "rmsprop", "adam"]
Loss = Literal["cross_entropy", "binary_cross_entropy"]


class Recipe(Options):
    """How a network is trained; an architecture's defaults are its published ones."""

    epochs: Annotated[int, Field(ge=1, le=10_000)] = Field(20, description="passes over the data")
    batch_size: Annotated[int, Field(ge=1, le=65_536)] = Field(64, description="captchas a step")
    learning_rate: Annotated[float, Field(gt=0, le=10)] | None = Field(
        None, description="by default 0.01 for sgd and momentum, 0.001 for the others"
    )
    warmup: Annotated[int, Field(ge=0)] = Field(
        0, description="steps over which the learning rate rises: without, some starts stay dead"
    )
    schedule: Literal["constant", "cosine"] = Field(
        "constant", description="cosine: the learning rate falls to nothing until the last step"
    )
    shift: Annotated[int, Field(ge=0, le=64)] = Field(
        0,
        description="pixels by which images are moved at random while training, a batch at a time",
    )
    settling: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0, description="share of the training, its last, in which `shift` rests"
    )
    distortion: Annotated[float, Field(ge=0, le=3)] = Field(
        0.0, description="how far images are turned, sheared, scaled and moved while training"
    )
    optimizer: Optimizer = Field("adam", description="momentum: sgd with momentum 0.9")
    loss: Loss = Field("cross_entropy", description="summed over the characters")
    patience: Annotated[int, Field(ge=0)] = Field(
        0, description="epochs without a better validation after which it stops, and takes the best"
    )
    endless: bool = Field(
        False, description="fresh captchas in each epoch, drawn while it trains: none is seen twice"
    )
    precision: Literal["float32", "bfloat16", "auto"] = Field(
        "float32", description="while training; auto: bfloat16 where the processor is fast at it"
    )
    repeat: int = Field(0, description="another number, another training: start and order")

    @model_validator(mode="after")
    def _settles(self) -> Self:
        if self.settling and not self.shift:
            raise ValueError(f"settling = {self.settling:g} is the rest of a shift; set `shift`")
        return self

    def passes(self, images: int) -> int:
        """Epochs over so many training images."""
        return self.epochs

    def training_precision(self) -> str:
        """Give the precision of the training on this machine."""
        from harness.backend import precision_here

        return precision_here(self.precision)


class Architecture(Recipe):
    """Base of all breakers: the layers, and how they are trained."""

    sounds: ClassVar[bool] = False  # it listens to waves; otherwise it looks at pictures

    def logits(self, pixels: Any, length: int, classes: int) -> Any:
        """Stack the layers on an input.

        Args:
            pixels: Keras tensor [batch, height, width, channels], in [0, 1].
            length: characters per captcha.
            classes: size of the alphabet.

        Returns:
            Keras tensor [batch, length, classes], before the softmax.
        """
        raise NotImplementedError

    def build(
        self,
        shape: tuple[int, int, int],
        length: int,
        classes: int,
        seed: int,
        precision: str = "float32",
    ) -> Any:
        """A fresh Keras model, its weights drawn from the seed.

        The weights are float32 whatever the precision, which is that of the layers' arithmetic.
        """
        from harness.backend import arithmetic, keras

        keras.utils.set_random_seed(seed % 2**32)
        with arithmetic(precision):
            pixels = keras.Input(shape, name="pixels", dtype="float32")
            logits = self.logits(pixels, length, classes)
            return keras.Model(pixels, keras.ops.cast(logits, "float32"))


def gray(pixels: Any) -> Any:
    """Luminance (ITU-R 601) of RGB pixels; gray ones stay as they are."""
    if pixels.shape[-1] == 1:
        return pixels
    red, green, blue = pixels[..., 0:1], pixels[..., 1:2], pixels[..., 2:3]
    return 0.299 * red + 0.587 * green + 0.114 * blue


def resized(pixels: Any, height: int, width: int) -> Any:
    """The image in another size, bilinear; inside the model, so that attacks see through it."""
    from harness.backend import keras

    if tuple(pixels.shape[1:3]) == (height, width):
        return pixels
    return keras.ops.image.resize(pixels, (height, width), interpolation="bilinear")


def heads(features: Any, length: int, classes: int) -> Any:
    """Give one dense layer per character, named fc1, fc2, ..., on shared features [batch, n]."""
    from harness.backend import keras

    each = [keras.layers.Dense(classes, name=f"fc{n + 1}")(features) for n in range(length)]
    return keras.ops.stack(each, axis=1)


def layers(model: Any) -> list[dict[str, Any]]:
    """The layers of a Keras model in their order: name, kind, output (of one image), parameters."""
    return [
        {
            "name": layer.name,
            "kind": type(layer).__name__,
            "output": [int(size) for size in layer.output.shape[1:]],
            "parameters": int(layer.count_params()),
        }
        for layer in model.layers
    ]
