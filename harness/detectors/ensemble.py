"""Our own detector: an ensemble of all signs, of which the strangest decides."""

from harness.array_types import Filter
from harness.detectors.detector import Sign
from harness.detectors.squeeze_and_autoencoder import SqueezeAndAutoencoder


class DetectorEnsemble(SqueezeAndAutoencoder):
    """The signs of `joint`, another squeezer, low confidence, and noise in the picture.

    Large perturbations leave noise that no pen leaves; the nearest misread image has none to see,
    but lies beside the boundary. Each sign is measured by how rare it is among clean captchas, so
    that nothing is learned from attacks.
    """

    def signs(self, denoise: Filter) -> tuple[Sign, ...]:
        """See Detector.signs."""
        from harness.defenses.median import Median
        from harness.detectors.signs import hesitant, rough, squeezed

        smooth = Median(size=3).filter()
        more = squeezed(smooth, denoise), hesitant(), rough(smooth)
        return *super().signs(denoise), *more
