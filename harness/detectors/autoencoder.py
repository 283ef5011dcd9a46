"""MagNet: what an autoencoder of clean images cannot reproduce is not clean."""

from harness.array_types import Filter
from harness.detectors.detector import Detector, Sign


class Autoencoder(Detector):
    """The reconstruction's error, and how far it moves the answer.

    Source: Meng, Chen 2017 (MagNet), section 4.2.
    """

    def signs(self, denoise: Filter) -> tuple[Sign, ...]:
        """See Detector.signs."""
        from harness.detectors.signs import divergent, reconstructed

        return reconstructed(denoise), divergent(denoise)

    def needs_denoiser(self) -> bool:
        """See Detector.needs_denoiser."""
        return True
