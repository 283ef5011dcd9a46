"""Where a targeted attack goes: the text that the breaker is to read."""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.attack import Attack
from harness.seeds import child_seed

Target = Literal["next", "random", "least_likely"]


class Targeted(Attack):
    """Attacks that can go towards a text of their choice, and not only away from the right one."""

    target: Target | None = Field(
        None,
        description="the text to be read: next, each character's successor in the alphabet; "
        "random; or least_likely by the breaker's own answer. Without: any wrong text",
    )

    def aims(
        self, reader: Any, clean: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8], seed: int
    ) -> npt.NDArray[np.uint8] | None:
        """See Attack.aims."""
        if self.target is None:
            return None
        letters = reader.classes if reader.blank is None else reader.blank
        if self.target == "least_likely":
            found = _least_likely(reader, clean, labels, letters)
        else:
            steps: Any = 1
            if self.target == "random":
                steps = [
                    np.random.default_rng(child_seed(seed, "target", row)).integers(
                        1, letters, labels.shape[1]
                    )
                    for row in range(len(labels))
                ]
            found = (labels.astype(np.int64) + np.array(steps)) % letters
        # A target has as many characters as the captcha.
        return np.where(labels == reader.blank, labels, found).astype(labels.dtype)


def _least_likely(
    reader: Any, clean: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8], letters: int
) -> npt.NDArray[np.int64]:
    """For each character the class, other than the right one, of the smallest logit."""
    from harness.backend import batches

    found = np.empty(labels.shape, np.int64)
    for rows, pixels in batches(clean):
        logits = reader.logits(pixels).numpy()[..., :letters]
        right = np.minimum(labels[rows], letters - 1).astype(np.int64)[..., None]
        np.put_along_axis(logits, right, np.inf, axis=-1)
        found[rows] = logits.argmin(axis=-1)
    return found
