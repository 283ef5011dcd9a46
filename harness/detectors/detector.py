"""What every detector promises: signs of a perturbed image, and one score that weighs them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from harness.arrays import Filter
from harness.options import Options

Seen = Sequence[Any]


@dataclass(frozen=True)
class Sign:
    """Where to look, and what is made of it.

    Attributes:
        views: filters; looked at are the images behind each, and the answers to those.
        measure: of the pictures behind each view, [batch, height, width, channels], and the logits
            of each, [batch, length, classes], makes figures [batch, figures].
    """

    views: tuple[Filter, ...]
    measure: Callable[[Seen, Seen], Any]


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

    def signs(self, denoise: Filter) -> tuple[Sign, ...]:
        """Say what is looked at, and measured there.

        Args:
            denoise: the autoencoder; the identity where the detector needs none.
        """
        raise NotImplementedError

    def needs_denoiser(self) -> bool:
        """Tell whether it needs an autoencoder, which is trained on clean captchas first."""
        return False
