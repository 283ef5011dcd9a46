"""Where a targeted attack goes: the text that the breaker is to read."""

from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.array_types import Labels, Pixels
from harness.attacks.attack import Attack
from harness.readers import GradientReader
from harness.seeds import child_seed

Target = Literal["next", "random", "least_likely"]


class Targeted(Attack):
    """Base of attacks that can go towards a text of their choice, not only away from the right."""

    target: Target | None = Field(
        None,
        description="the text to be read: next, each character's successor in the alphabet; "
        "random; or least_likely, each character's smallest logit. By default any wrong text",
    )

    def aims(
        self, reader: GradientReader, clean: Pixels, labels: Labels, seed: int
    ) -> Labels | None:
        """See Attack.aims."""
        if self.target is None:
            return None
        letters = reader.classes if reader.blank is None else reader.blank
        if self.target == "least_likely":
            targets = _least_likely(reader, clean, labels, letters)
        else:
            steps = np.ones(1, np.int64)
            if self.target == "random":
                draws = [
                    np.random.default_rng(child_seed(seed, "target", row)).integers(
                        1, letters, labels.shape[1]
                    )
                    for row in range(len(labels))
                ]
                steps = np.array(draws)
            targets = (labels.astype(np.int64) + steps) % letters
        # A target has as many characters as the captcha.
        wanted = np.where(labels == reader.blank, labels, targets)
        many = labels.dtype == np.uint16  # more than 256 classes
        return wanted.astype(np.uint16) if many else wanted.astype(np.uint8)


def _least_likely(
    reader: GradientReader, clean: Pixels, labels: Labels, letters: int
) -> npt.NDArray[np.int64]:
    """Give for each character the class, other than the right one, of the smallest logit."""
    from harness.backend import batches

    least = np.empty(labels.shape, np.int64)
    for rows, pixels in batches(clean):
        logits = reader.logits(pixels).numpy()[..., :letters]
        right = np.minimum(labels[rows], letters - 1).astype(np.int64)[..., None]
        np.put_along_axis(logits, right, np.inf, axis=-1)
        least[rows] = logits.argmin(axis=-1)
    return least
