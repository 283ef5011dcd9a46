"""Captchas and what they say, in memory or mapped from a file."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class LabelledImages:
    """Captchas and what they say.

    Attributes:
        images: uint8 or uint16 [n, height, width, channels].
        labels: class numbers uint8 [n, length].
        blank: the class that stands for no character, where texts differ in length.
    """

    images: npt.NDArray[Any]
    labels: npt.NDArray[np.uint8]
    blank: int | None = None

    def __len__(self) -> int:
        """Captchas."""
        return len(self.labels)
