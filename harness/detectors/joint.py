"""Squeezing and the autoencoder together."""

from typing import Any

from harness.detectors.autoencoder import Autoencoder
from harness.detectors.detector import Denoise, Signs
from harness.detectors.squeeze import Squeeze


class Joint(Squeeze):
    """Whichever of `squeeze` and `autoencoder` finds an image stranger."""

    def signs(self, reader: Any, denoise: Denoise) -> Signs:
        """See Detector.signs."""
        from harness.detectors.signs import together

        return together(super().signs(reader, denoise), Autoencoder().signs(reader, denoise))

    def needs_denoiser(self) -> bool:
        """See Detector.needs_denoiser."""
        return True
