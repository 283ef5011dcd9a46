"""What every detector promises: signs of a perturbed image, and one score that weighs them."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from harness.specs import Options

Signs = Callable[[Any], Any]  # images float32 [batch, h, w, channels] -> [batch, signs]
Denoise = Callable[[Any], Any]  # images -> images


class Detector(Options):
    """Base of all detectors."""

    fpr: Annotated[float, Field(gt=0, lt=0.5)] = Field(
        0.05, description="share of clean validation captchas that may be taken for perturbed"
    )
    aware: Annotated[int, Field(ge=0, le=10_000)] = Field(
        200, description="steps of an attack that knows of the detector; 0: none"
    )
    aware_captchas: Annotated[int, Field(ge=1)] = Field(
        300, description="the first so many of the test split, under the attack that knows of it"
    )

    def signs(self, reader: Any, denoise: Denoise) -> Signs:
        """What is looked at.

        Args:
            reader: has the `logits` of the breaker that is guarded.
            denoise: the autoencoder; the identity where the detector needs none.

        Returns:
            A differentiable function of images; each sign is higher when an image is stranger.
        """
        raise NotImplementedError

    def needs_denoiser(self) -> bool:
        """Whether it needs an autoencoder, which is trained on clean captchas first."""
        return False
