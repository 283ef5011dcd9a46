"""Accuracy by bits of one-hot labels: how some breakers were published, and what it hides."""

import numpy as np
import numpy.typing as npt

from harness.backend import batches
from harness.images.labelled import LabelledImages
from harness.readers import ScoreReader


def right_bits(reader: ScoreReader, captchas: LabelledImages) -> int:
    """Count the right bits, of length * classes for each captcha.

    A bit is 1 where the softmax of a character gives a class more than half. An answer of zeros
    alone has all bits right but one for each character: 90 % of them with ten classes.

    Args:
        reader: gives logits.
        captchas: that it reads.
    """
    right = 0
    for rows, pixels in batches(captchas.images):
        bits = softmax(np.asarray(reader.logits(pixels), np.float64)) > 0.5  # noqa: PLR2004 - half
        labels = np.eye(reader.classes, dtype=bool)[captchas.labels[rows]]
        right += int((bits == labels).sum())
    return right


def softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Turn logits into probabilities over their last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
