"""What a classifier of another program must look like to stand where our own breakers stand."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from harness.backend import Tensor

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


def describe(shape: Shape) -> str:
    """Spell the shape of an image."""
    return f"{shape[0]} x {shape[1]} pixels, {shape[2]} channel{'s' * (shape[2] > 1)}"
