"""What an autoencoder of clean images cannot keep is not clean."""

from typing import Any

from harness.detectors.detector import Denoise, Detector, Signs


class Autoencoder(Detector):
    """The reconstruction's error, and how far it moves the answer.

    Source: Meng, Chen 2017 (MagNet), section 4.2.
    """

    def signs(self, reader: Any, denoise: Denoise) -> Signs:
        """See Detector.signs."""
        from harness.detectors.signs import divergent, reconstructed, together

        return together(reconstructed(denoise), divergent(reader, denoise))

    def needs_denoiser(self) -> bool:
        """See Detector.needs_denoiser."""
        return True
