"""The base of all detectors: signs of a perturbed image, and one score that weighs them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from harness.array_types import Filter, Tensor
from harness.options import Options

Tensors = Sequence[Tensor]


@dataclass(frozen=True)
class Sign:
    """A statistic that is higher when an image is stranger.

    Attributes:
        views: filters; the images behind each of them are read.
        measure: takes the images behind each view, [batch, height, width, channels], and the
            logits of each, [batch, length, classes]; gives numbers [batch, numbers].
    """

    views: tuple[Filter, ...]
    measure: Callable[[Tensors, Tensors], Tensor]


class Detector(Options, ABC):
    """Base of all detectors: its fields are the options, `signs` says what is measured."""

    fpr: Annotated[float, Field(gt=0, lt=0.5)] = Field(
        0.05, description="share of clean validation captchas that may be taken for perturbed"
    )
    aware: Annotated[int, Field(ge=0, le=10_000)] = Field(
        200, description="steps of the adaptive attack, which knows the detector; 0: none"
    )
    aware_captchas: Annotated[int, Field(ge=1)] = Field(
        300, description="captchas of the adaptive attack, the first N of the test split"
    )

    @abstractmethod
    def signs(self, denoise: Filter) -> tuple[Sign, ...]:
        """Give the signs that are measured.

        Args:
            denoise: the autoencoder; the identity where the detector needs none.
        """

    def needs_denoiser(self) -> bool:
        """Tell whether it needs an autoencoder, which is trained on clean captchas first."""
        return False
