"""A detector over one breaker: images in, scores out, and the threshold above which it warns."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from harness.array_types import Filter, Floats, Pixels, Tensor
from harness.backend import batches, compiled, tf
from harness.detectors.detector import Detector
from harness.detectors.sign_score import SignScore
from harness.detectors.signs import as_it_is
from harness.progress import Progress, no_progress
from harness.readers import GradientReader

FITTED = "fitted.npz"
Views = dict[Filter, tuple[Tensor, Tensor]]


class BreakerDetector:
    """Watches over one breaker; it is fitted, or loaded, before it gives scores.

    Attributes:
        reader: of the breaker.
        denoise: the autoencoder, or the identity.
        signs: what is measured.
        threshold: scores above it are taken for perturbed.
        strict: the same at a fifth of the false alarms.
    """

    def __init__(self, detector: Detector, reader: GradientReader, denoise: Filter) -> None:
        """Put a detector over a breaker.

        Args:
            detector: its signs, and the share of false alarms.
            reader: of the breaker.
            denoise: the autoencoder, or the identity.
        """
        self.reader, self.denoise = reader, denoise
        self.fpr = detector.fpr
        self.threshold = self.strict = float("inf")
        self.sign_score: SignScore | None = None
        self.signs = detector.signs(denoise)
        self._views = dict.fromkeys(view for sign in self.signs for view in sign.views)
        compile_images = compiled(tf.TensorSpec([None, *reader.shape], tf.float32))
        self._measure = compile_images(lambda images: self.measure(images)[0])
        self._score = compile_images(lambda images: self.score(images)[0])

    def measure(self, images: Tensor, *others: Filter) -> tuple[Tensor, Views]:
        """Measure the signs of images, and give what was read for that; differentiable.

        Args:
            images: float32 [batch, height, width, channels] in [0, 1].
            others: more views than the detector needs.

        Returns:
            Numbers [batch, numbers], each higher when an image is stranger; and view -> pictures,
            logits [batch, length, classes].
        """
        views = dict.fromkeys([*others, *self._views])
        pictures = [view(images) for view in views]
        # Read all together: the weights of large layers are fetched once.
        answers = self.reader.logits(tf.concat(pictures, axis=0))
        logits = tf.split(answers, len(pictures))
        seen = dict(zip(views, zip(pictures, logits, strict=True), strict=True))
        numbers = []
        for sign in self.signs:
            behind, answers_to = zip(*(seen[view] for view in sign.views), strict=True)
            numbers.append(sign.measure(behind, answers_to))
        return tf.concat(numbers, axis=-1), seen

    def score(self, images: Tensor, *others: Filter) -> tuple[Tensor, Views]:
        """Give the score of each image [batch], and what was read for that, see `measure`."""
        if self.sign_score is None:
            raise RuntimeError("the detector has not been fitted")
        numbers, seen = self.measure(images, *others)
        return self.sign_score.score(numbers), seen

    def score_and_logits(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Give the score of each image [batch], and the breaker's logits of it; differentiable."""
        score, seen = self.score(images, as_it_is)
        return score, seen[as_it_is][1]

    def scores(self, images: Pixels, progress: Progress = no_progress) -> Floats:
        """Give the scores float32 [n] of images uint8, uint16 or float32 in [0, 1]."""
        return self._of_all(self._score, images, progress)

    def fit(self, clean: Pixels, progress: Progress = no_progress) -> None:
        """Learn from clean images that the breaker was not trained on.

        The first half says how rare a sign is, the second half where the threshold lies.
        """
        half = len(clean) // 2
        self.sign_score = SignScore.of(self._of_all(self._measure, clean[:half], progress))
        scores = self.scores(clean[half:], progress)
        # "higher": at most that share of these captchas lies above it.
        self.threshold = float(np.quantile(scores, 1 - self.fpr, method="higher"))
        self.strict = float(np.quantile(scores, 1 - self.fpr / 5, method="higher"))

    def save(self, folder: Path) -> None:
        """Write what has been learned."""
        if self.sign_score is None:
            raise RuntimeError("the detector has not been fitted")
        np.savez(
            folder / FITTED,
            allow_pickle=False,
            quantiles=self.sign_score.quantiles,
            threshold=self.threshold,
            strict=self.strict,
        )

    def load(self, folder: Path) -> None:
        """Take what has been learned from a folder."""
        with np.load(folder / FITTED, allow_pickle=False) as arrays:
            self.sign_score = SignScore(arrays["quantiles"])
            self.threshold, self.strict = float(arrays["threshold"]), float(arrays["strict"])

    def _of_all(
        self, function: Callable[[Tensor], Tensor], images: Pixels, progress: Progress
    ) -> Floats:
        """Call a compiled function on all images, batch by batch."""
        parts: list[Floats] = []
        for rows, pixels in batches(images, len(self._views)):
            parts.append(function(pixels).numpy())
            progress(rows.stop, len(images), "looked at")
        return np.concatenate(parts)
