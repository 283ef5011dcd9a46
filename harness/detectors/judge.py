"""The judge: is this image perturbed? By a detector of a run, with what it looked at."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.array_types import Filter, Floats, Tensor
from harness.backend import compiled, tf
from harness.datasets.generator import decode
from harness.defenses.mean_blur import MeanBlur
from harness.detectors.signs import as_it_is
from harness.errors import RequirementError, SpecError
from harness.images import pixels

if TYPE_CHECKING:
    from harness.detectors.breaker_detector import BreakerDetector


@dataclass(frozen=True)
class View:
    """One of the pictures that were looked at, float32 [height, width, channels], and its text."""

    name: str
    picture: Floats
    text: str


@dataclass(frozen=True)
class Verdict:
    """What the judge says of one image.

    Attributes:
        perturbed: the score lies above the threshold.
        score: higher is stranger.
        threshold: of the detector, from clean captchas.
        views: the image as it is, blurred, and denoised where the detector has an autoencoder.
    """

    perturbed: bool
    score: float
    threshold: float
    views: tuple[View, ...]


class Judge:
    """A fitted detector over its breaker, ready for single images."""

    def __init__(self, detector: "BreakerDetector", alphabet: str, denoises: bool) -> None:
        """Take a detector.

        Args:
            detector: the detector, fitted.
            alphabet: of what its breaker reads.
            denoises: whether the detector's autoencoder gives a view of its own.
        """
        self.detector, self.reader, self.alphabet = detector, detector.reader, alphabet
        self.views: dict[str, Filter] = {"as it is": as_it_is, "blurred": MeanBlur().filter()}
        if denoises:
            self.views["denoised"] = detector.denoise
        signature = tf.TensorSpec([1, *self.reader.shape], tf.float32)
        self._compiled = compiled(signature)(self._look)

    def verdict(self, image: Floats) -> Verdict:
        """Judge one image float32 [height, width, channels] in [0, 1]."""
        score, seen = self._compiled(image[None])
        views = tuple(
            View(name, picture.numpy()[0], decode(classes.numpy()[0], self.alphabet))
            for name, (picture, classes) in seen.items()
        )
        threshold = self.detector.threshold
        return Verdict(bool(score > threshold), float(score), threshold, views)

    def _look(self, image: Tensor) -> tuple[Tensor, dict[str, tuple[Tensor, Tensor]]]:
        """Give the score of an image [1, ...], its views, and the classes read in them."""
        score, seen = self.detector.score(image, *self.views.values())
        read = {}
        for name, view in self.views.items():
            picture, logits = seen[view]
            read[name] = picture, tf.argmax(logits, axis=-1)
        return score[0], read

    def open_image(self, file: Path) -> Floats:
        """Open an image file as the breaker takes it: gray or color, its size, on white.

        Raises:
            SpecError: there is no such file, or it holds no image.
            RequirementError: it cannot be read now.
        """
        try:
            return pixels.unit(pixels.opened(file), self.reader.shape)
        except pixels.UnreadableError as error:
            raise SpecError(f"{file}: {error}") from None
        except OSError as error:
            raise RequirementError(f"{file}: cannot be read: {error.strerror}") from None
