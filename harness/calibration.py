"""Calibration: whether texts that a breaker is 80 % sure of are right in 80 of 100 cases; numpy.

Source:
    Guo, Pleiss, Sun and Weinberger 2017 (expected calibration error); Nguyen and O'Connor 2015
    (bins of equal numbers); Vaicenavicius and others 2019 (its value by chance).
"""

from dataclasses import dataclass

import numpy as np

from harness.array_types import Floats, Mask

BINS = 10
FEWEST = 30  # texts behind a calibration error
IN_BIN = 10  # texts of a bin, at least
RESAMPLES = 200


@dataclass(frozen=True)
class Bin:
    """Texts of similar confidence: their number, mean confidence, and how many are right."""

    texts: int
    confidence: float
    right: int


@dataclass(frozen=True)
class CalibrationError:
    """The expected calibration error of a breaker, and what a calibrated breaker would show.

    Attributes:
        error: mean distance of confidence and share of right texts, over bins by their texts.
        by_chance: the mean of this error, were each text right with its confidence.
        by_chance_high: the error that 95 % of such breakers stay below.
        mean_confidence: over all texts.
        bins: by ascending confidence, of equal numbers of texts.
    """

    error: float
    by_chance: float
    by_chance_high: float
    mean_confidence: float
    bins: tuple[Bin, ...]


def calibration_error(confidence: Floats, right: Mask, seed: int) -> CalibrationError | None:
    """Measure how far the confidence of texts is from the share of them that is right.

    Few texts scatter, so that even a breaker whose confidence is perfect has an error; by how much
    is found by drawing, again and again, which texts are right if each is so with its confidence.

    Args:
        confidence: float32 [n] in [0, 1]; texts of confidence 0, which nobody submits, are left
            out.
        right: bool [n], whether the whole text is right.
        seed: of the drawing.

    Returns:
        The error over 10 bins of equal numbers of texts, or fewer bins of 10 texts; None for fewer
        than 30 texts, and where all have the same confidence: nothing was told of them.
    """
    order = np.argsort(confidence, kind="stable")
    order = order[confidence[order] > 0]
    sure, hits = confidence[order].astype(np.float64), right[order]
    if len(sure) < FEWEST or sure[0] == sure[-1]:
        return None
    count = min(BINS, len(sure) // IN_BIN)
    starts = np.arange(count) * len(sure) // count
    sums = np.add.reduceat(sure, starts)

    def error(rights: Mask) -> float:
        apart = np.abs(np.add.reduceat(rights.astype(np.float64), starts) - sums)
        return float(apart.sum() / len(sure))

    numbers = np.random.default_rng(seed)
    by_chance = [error(numbers.random(len(sure)) < sure) for _ in range(RESAMPLES)]
    texts = np.diff(np.append(starts, len(sure)))
    rights = np.add.reduceat(hits.astype(np.int64), starts)
    return CalibrationError(
        error=error(hits),
        by_chance=float(np.mean(by_chance)),
        by_chance_high=float(np.quantile(by_chance, 0.95)),
        mean_confidence=float(sure.mean()),
        bins=tuple(
            Bin(int(n), float(total / n), int(k))
            for n, total, k in zip(texts, sums, rights, strict=True)
        ),
    )
