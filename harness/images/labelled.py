"""Labelled images: captchas and their texts, in memory or mapped from a file."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class LabelledImages:
    """Captchas and their texts as class numbers.

    Attributes:
        images: uint8 or uint16 [n, height, width, channels].
        labels: class numbers uint8 [n, length].
        blank: the class that stands for no character, where texts differ in length.
    """

    images: npt.NDArray[Any]  # of 8 bits where they are drawn, of 16 where they are perturbed
    labels: npt.NDArray[np.uint8]
    blank: int | None = None

    def __len__(self) -> int:
        """Count the captchas."""
        return len(self.labels)
