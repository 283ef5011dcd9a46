"""Interfaces of readers, by what an attacker may ask of them: labels, scores, gradients."""

from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar

from harness.array_types import Floats, KerasModel, Labels, Pixels, Shape, Tensor
from harness.progress import Progress, no_progress

T = TypeVar("T")


class TextReader(Protocol):
    """Give texts only: a ready-made reader, a service."""

    @property
    def shape(self) -> Shape:
        """Give height, width and channels of the images that it reads."""

    @property
    def blank(self) -> int | None:
        """Give the class that stands for no character; None where all texts have one length."""

    def read(self, images: Pixels, progress: Progress = no_progress, /) -> Labels:
        """Read the texts of images.

        Args:
            images: uint8, uint16 or float32 in [0, 1], [n, height, width, channels].
            progress: told how far it is.

        Returns:
            Class numbers uint8 [n, length], blanks behind the characters only.
        """

    def read_with_confidence(
        self, images: Pixels, progress: Progress = no_progress, /
    ) -> tuple[Labels, Floats]:
        """Read the texts of images, and tell how sure each of them is.

        Args:
            images: uint8, uint16 or float32 in [0, 1], [n, height, width, channels].
            progress: told how far it is.

        Returns:
            What `read` gives, and the confidence float32 [n] in [0, 1] that the whole text is
            right; 0 for a text that no captcha can have.
        """


class ScoreReader(TextReader, Protocol):
    """Give a logit for each class of each character besides."""

    @property
    def length(self) -> int:
        """Give the characters of its longest text."""

    @property
    def classes(self) -> int:
        """Give the size of its alphabet, and the blank where there is one."""

    @property
    def draws(self) -> int:
        """Give how many answers `logits` averages, because a filter is random; else 1."""

    def logits(self, images: Tensor, /) -> Tensor:
        """Give logits float32 [batch, length, classes] of images float32 in [0, 1]."""


class GradientReader(ScoreReader, Protocol):
    """Let gradients pass as well: `logits` is made of TensorFlow operations."""

    @property
    def model(self) -> KerasModel:
        """Give the network behind the filter."""

    @property
    def swift(self) -> KerasModel | None:
        """Give the same network in bfloat16 arithmetic, for the loops of attacks; None without."""

    def swift_logits(self, images: Tensor, /) -> Tensor:
        """Give `logits` in bfloat16, where there is a network for it."""

    def compiled(self, key: Hashable, make: Callable[[], T], /) -> T:
        """Give the compiled functions of a key, made by `make()` on the first call."""


class WatchedReader(Protocol):
    """Hold a breaker and a detector over it: what an adaptive attack goes around."""

    @property
    def reader(self) -> GradientReader:
        """Give the breaker."""

    def score_and_logits(self, images: Tensor, /) -> tuple[Tensor, Tensor]:
        """Give the detector's score of each image [batch], and the breaker's logits."""
