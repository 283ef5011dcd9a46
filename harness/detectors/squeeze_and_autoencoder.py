"""Squeezing and the autoencoder together."""

from harness.array_types import Filter
from harness.detectors.autoencoder import Autoencoder
from harness.detectors.detector import Sign
from harness.detectors.squeeze import Squeeze


class SqueezeAndAutoencoder(Squeeze):
    """The higher of the scores of `squeeze` and `autoencoder`."""

    def signs(self, denoise: Filter) -> tuple[Sign, ...]:
        """See Detector.signs."""
        return *super().signs(denoise), *Autoencoder().signs(denoise)

    def needs_denoiser(self) -> bool:
        """See Detector.needs_denoiser."""
        return True
