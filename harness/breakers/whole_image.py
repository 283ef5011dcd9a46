"""A network over the whole image that finds each character by attention; designed here."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from harness.array_types import Tensor
from harness.breakers.architecture import Architecture, Schedule, gray, resized
from harness.breakers.foundation import SHORTEST

# Pixels that the network works on: captchas of up to WIDEST characters are brought to one size, so
# that what was learned on one kind can be used on another.
HEIGHT, WIDTH, WIDEST = 40, 128, 8
SHOWN, FEWEST_EPOCHS, MOST_EPOCHS = 192_000, 12, 1_200
# Of a training that begins with the weights of another breaker.
BEGUN_RATE, BEGUN_DISTORTION = 3e-4, 1.2
STEM, MIDDLE, DEEP, DEEPER, TOP, CONTEXT = 32, 32, 64, 96, 128, 256


class WholeImage(Architecture):
    """Convolutions over the whole image, then attention with one query for each character.

    The image is not cut into characters: the network counts them from left to right, and each query
    attends to one of them. The training needs no tuning: images are distorted, it ends when nothing
    is gained any more, and with few labels it begins with the foundation breaker.
    """

    edition: ClassVar[int] = 3

    epochs: Annotated[int, Field(ge=0, le=10_000)] = Field(
        0,
        description="passes over the data, at most; 0: as many as show 192,000 images, from 12 to "
        "1,200",
    )
    warmup: Annotated[int, Field(ge=0)] = 200
    schedule: Schedule = "plateau"
    distortion: Annotated[float, Field(ge=0, le=3)] = Field(
        0.7, description="strength of the random distortion; 1.2 where other weights are begun with"
    )
    few_labels: Annotated[int, Field(ge=0)] = Field(
        2_000, description="training images up to which it begins with the foundation by default"
    )
    patience: Annotated[int, Field(ge=0)] = 30
    precision: Literal["float32", "bfloat16", "auto"] = "auto"

    def passes(self, images: int) -> int:
        """Give the number of epochs: the option, else as many as show SHOWN images.

        The same few captchas teach nothing more after MOST_EPOCHS: 50 of them are read as well
        after 60,000 images as after 160,000.
        """
        return self.epochs or min(MOST_EPOCHS, max(FEWEST_EPOCHS, round(SHOWN / images)))

    def begun(self) -> Self:
        """Give the recipe of a training that begins with weights: slower, to keep what they know.

        Its captchas are distorted more, where the option is as it comes: of 300 labelled captchas
        it reads a point more for that.
        """
        plain = type(self).model_fields["distortion"].default
        more = BEGUN_DISTORTION if self.distortion == plain else self.distortion
        rate = self.learning_rate or BEGUN_RATE
        return self.model_copy(update={"learning_rate": rate, "distortion": more})

    def logits(self, pixels: Tensor, length: int, classes: int) -> Tensor:
        """Stack the layers on an input; see Architecture.logits."""
        from harness.backend import keras
        from harness.breakers.batch_norm import convolved
        from harness.breakers.counting_attention import Queries

        layers, ops = keras.layers, keras.ops

        height, width = working_size(pixels.shape[1], pixels.shape[2], length)
        image = normalized(resized(gray(pixels), height, width))
        features = convolved(image, STEM, 5, 2)
        features = layers.MaxPooling2D(2, padding="same")(convolved(features, MIDDLE))
        features = convolved(convolved(features, DEEP), DEEPER)
        features = layers.MaxPooling2D((2, 1), padding="same")(features)
        features = convolved(features, TOP)
        rows, columns = features.shape[1:3]
        features = ops.reshape(ops.transpose(features, (0, 2, 1, 3)), (-1, columns, rows * TOP))
        features = layers.Dropout(0.2)(features)
        values = layers.Dense(CONTEXT, activation="relu")(features)
        # What stands beside a character helps to tell where it begins.
        beside = layers.Conv1D(CONTEXT, 3, padding="same", activation="relu")(values)
        characters = Queries(length)(values + beside)
        return layers.Dense(classes)(layers.Dropout(0.2)(characters))


def working_size(height: int, width: int, length: int) -> tuple[int, int]:
    """Give the height and width in pixels to which captchas of a length are brought."""
    if length < SHORTEST:
        return min(HEIGHT, height), min(HEIGHT * length, width)
    return HEIGHT, max(WIDTH, WIDTH * length // WIDEST)


def normalized(image: Tensor) -> Tensor:
    """Bring each image [batch, height, width, 1] to mean 0 and standard deviation 1."""
    from harness.backend import keras

    mean, variance = keras.ops.moments(
        keras.ops.cast(image, "float32"), axes=(1, 2, 3), keepdims=True
    )
    return (image - mean) * keras.ops.rsqrt(variance + 1e-3)
