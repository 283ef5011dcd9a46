"""What a classifier of another program must look like to stand where our own breakers stand."""

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from harness.array_types import Tensor

Answers = Literal["gradients", "scores", "classes"]  # what a breaker shows, or an attack asks
ASKED: tuple[Answers, ...] = ("classes", "scores", "gradients")  # each with those before it
Shape = tuple[int, int, int]
Bounds = tuple[float, float]
UNIT: Bounds = (0.0, 1.0)
CLASSIFIER, CAPTCHA_READER = 2, 3  # dimensions of [batch, classes] and of [batch, length, classes]


class Network(Protocol):
    """A model of images [batch, height, width, channels] in [0, 1] to logits.

    Attributes:
        input_shape: (None, height, width, channels).
        output_shape: (None, length, classes).
    """

    input_shape: tuple[int | None, ...]
    output_shape: tuple[int | None, ...]

    def __call__(self, images: "Tensor", training: bool = False) -> "Tensor":
        """Answer images with logits float32 [batch, length, classes]."""
        ...


def suffices(shown: Answers, asked: Answers) -> bool:
    """Tell whether what a breaker shows is enough for what an attack asks."""
    return ASKED.index(asked) <= ASKED.index(shown)


def describe(shape: Shape) -> str:
    """Spell the shape of an image."""
    return f"{shape[0]} x {shape[1]} pixels, {shape[2]} channel{'s' * (shape[2] > 1)}"
