"""harness.detector: scores that tell perturbed images of a model from clean ones."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from harness.api.defend import denoiser_of
from harness.api.inputs import checked_images
from harness.api.models import reader_of
from harness.breakers.network import UNIT, Bounds
from harness.detectors.detector import Detector
from harness.errors import SpecError
from harness.progress import Progress, no_progress
from harness.registry import find, rows

if TYPE_CHECKING:
    from harness.detectors.breaker_detector import BreakerDetector

LEAST = 20  # clean images that a threshold can be taken from


@dataclass(frozen=True)
class FittedDetector:
    """A detector over one model, fitted to clean images.

    Attributes:
        detector: its options.
        threshold: scores above it are taken for perturbed; of the clean images it was fitted to, a
            share of `detector.fpr` lies above.
    """

    detector: Detector
    threshold: float
    _fitted: "BreakerDetector" = field(repr=False)

    def scores(self, images: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Score images, float32 [n]: the higher, the stranger.

        Args:
            images: of the size it was fitted to; see harness.attack.

        Raises:
            SpecError: they are others.
        """
        checked, _flat = checked_images(images)
        if checked.shape[1:] != self._fitted.reader.shape:
            raise SpecError(
                f"images: {list(checked.shape[1:])}; the detector was fitted to "
                f"{list(self._fitted.reader.shape)}"
            )
        return self._fitted.scores(checked)

    def flags(self, images: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Tell which images are taken for perturbed, bool [n]."""
        return np.asarray(self.scores(images) > self.threshold)


def detector(
    model: Any,
    detector: Detector | type[Detector] | str,
    clean_images: npt.ArrayLike,
    *,
    seed: int = 0,
    bounds: Bounds = UNIT,
    progress: Progress = no_progress,
) -> FittedDetector:
    """Fit a detector over a model.

    Args:
        model: see harness.attack; a detector asks it for scores only.
        detector: a detector, its class or its name, as in `captcha-harness list detectors`.
        clean_images: that the model was not trained on, some hundred or more; one half says how
            rare a sign is, the other where the threshold lies.
        seed: of the autoencoder, where the detector has one; it learns from the clean images too.
        bounds: the numbers that the model takes for black and for white.
        progress: called as progress(done, total, note).

    Returns:
        The detector, which scores images.

    Raises:
        SpecError: an argument is wrong; the message says what to give.
    """
    chosen = _detector_of(detector)
    clean, _flat = checked_images(clean_images)
    if len(clean) < LEAST:
        raise SpecError(f"clean_images: {len(clean)}; give {LEAST} or more")
    reader = reader_of(model, clean.shape[1:], bounds)
    from harness.detectors.breaker_detector import BreakerDetector

    denoise: Any = lambda images: images  # noqa: E731 - the identity
    if chosen.needs_denoiser():
        denoise = denoiser_of(clean, seed, progress)
    fitted = BreakerDetector(chosen, reader, denoise)
    fitted.fit(clean, progress)
    return FittedDetector(chosen, fitted.threshold, fitted)


def _detector_of(detector: Detector | type[Detector] | str) -> Detector:
    row: Any = find("detector", detector) if isinstance(detector, str) else detector
    if isinstance(row, type) and issubclass(row, Detector):
        return row()
    if not isinstance(row, Detector):
        raise SpecError(
            f"detector: {detector!r}; give a detector, as Joint(), or its name: "
            f"{', '.join(sorted(rows('detector')))}"
        )
    return row
