"""An autoencoder before the breaker: it draws the captcha again, as a clean one would be."""

from pathlib import Path

from harness.array_types import Filter, Shape
from harness.defenses.defense import LearnedDefense


class DenoisingAutoencoder(LearnedDefense):
    """The autoencoder that detectors use, as a filter; differentiable: attacks go through it.

    Trained on clean captchas with noise, see harness.defenses.autoencoder_training.
    """

    def trained(self, folder: Path, shape: Shape) -> Filter:
        """See LearnedDefense.trained."""
        from harness.defenses import autoencoder_training

        return autoencoder_training.load(folder, shape)
