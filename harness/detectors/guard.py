"""A fitted detector: images in, scores out, and the threshold above which it warns."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.arrays import Filter
from harness.backend import batches, tf
from harness.detectors.detector import Detector
from harness.detectors.rarity import Rarity
from harness.detectors.signs import as_it_is
from harness.progress import Progress, no_progress

FITTED = "fitted.npz"
Views = dict[Filter, tuple[Any, Any]]


class Guard:
    """Watches over one breaker.

    Attributes:
        reader: of the breaker.
        denoise: the autoencoder, or the identity.
        signs: what is looked at.
        threshold: scores above it are taken for perturbed.
        strict: the same at a fifth of the false alarms.
    """

    def __init__(self, detector: Detector, reader: Any, denoise: Filter) -> None:
        """Take a detector that has yet to be fitted."""
        self.reader, self.denoise = reader, denoise
        self.fpr = detector.fpr
        self.threshold = self.strict = float("inf")
        self.rarity: Rarity | None = None
        spec = [tf.TensorSpec([None, *reader.shape], tf.float32)]
        self.signs = detector.signs(denoise)
        self._views = dict.fromkeys(view for sign in self.signs for view in sign.views)
        self._figures = tf.function(lambda images: self.look(images)[0], input_signature=spec)
        self._score = tf.function(lambda images: self.scored(images)[0], input_signature=spec)

    def look(self, images: Any, *others: Filter) -> tuple[Any, Views]:
        """Say what the detector measures, and all that it looked at for that; differentiable.

        Args:
            images: float32 [batch, height, width, channels] in [0, 1].
            others: more views than the detector needs.

        Returns:
            Figures [batch, figures], each higher when an image is stranger; and view -> pictures,
            logits [batch, length, classes].
        """
        views = dict.fromkeys([*others, *self._views])
        pictures = [view(images) for view in views]
        # Read all together: the weights of large layers are fetched once.
        answers = self.reader.logits(tf.concat(pictures, axis=0))
        logits = tf.split(answers, len(pictures))
        seen = dict(zip(views, zip(pictures, logits, strict=True), strict=True))
        figures = []
        for sign in self.signs:
            behind, answered = zip(*(seen[view] for view in sign.views), strict=True)
            figures.append(sign.measure(behind, answered))
        return tf.concat(figures, axis=-1), seen

    def scored(self, images: Any, *others: Filter) -> tuple[Any, Views]:
        """Give the score of each image [batch], and what was seen: see `look`."""
        if self.rarity is None:
            raise RuntimeError("the detector has not been fitted")
        figures, seen = self.look(images, *others)
        return self.rarity.score(figures), seen

    def answered(self, images: Any) -> tuple[Any, Any]:
        """Give the score of each image [batch], and the breaker's logits of it; differentiable."""
        score, seen = self.scored(images, as_it_is)
        return score, seen[as_it_is][1]

    def scores(
        self, images: npt.NDArray[Any], progress: Progress = no_progress
    ) -> npt.NDArray[np.float32]:
        """Scores float32 [n] of images uint8, uint16 or float32 in [0, 1]."""
        found: npt.NDArray[np.float32] = self._of_all(self._score, images, progress)
        return found

    def fit(self, clean: npt.NDArray[Any], progress: Progress = no_progress) -> None:
        """Learn from clean images that the breaker was not trained on.

        The first half says how rare a sign is, the second half where the threshold lies.
        """
        half = len(clean) // 2
        self.rarity = Rarity.of(self._of_all(self._figures, clean[:half], progress))
        scores = self.scores(clean[half:], progress)
        # "higher": no more than so many of these captchas lie above it.
        self.threshold = float(np.quantile(scores, 1 - self.fpr, method="higher"))
        self.strict = float(np.quantile(scores, 1 - self.fpr / 5, method="higher"))

    def save(self, folder: Path) -> None:
        """Write what has been learned."""
        if self.rarity is None:
            raise RuntimeError("the detector has not been fitted")
        np.savez(
            folder / FITTED,
            allow_pickle=False,
            quantiles=self.rarity.quantiles,
            threshold=self.threshold,
            strict=self.strict,
        )

    def load(self, folder: Path) -> None:
        """Take what has been learned from a folder."""
        with np.load(folder / FITTED, allow_pickle=False) as arrays:
            self.rarity = Rarity(arrays["quantiles"])
            self.threshold, self.strict = float(arrays["threshold"]), float(arrays["strict"])

    def _of_all(self, compiled: Any, images: npt.NDArray[Any], progress: Progress) -> Any:
        found = []
        for rows, pixels in batches(images, len(self._views)):
            found.append(compiled(pixels).numpy())
            progress(rows.stop, len(images), "looked at")
        return np.concatenate(found)
