"""Selective prediction: submit only the texts that a breaker is sure of; in numpy alone.

Source:
    El-Yaniv and Wiener 2010 (coverage and risk); Bursztein, Martin and Mitchell 2011 (coverage and
    precision of an attack on captchas).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.array_types import Floats, Mask

COVERAGES = (1.0, 0.5, 0.1, 0.01)  # shares of captchas that are reported
FEWEST = 30  # submitted captchas behind a precision
ROUNDING = 1e-9  # of a share times a count


@dataclass(frozen=True)
class Budgets:
    """What a page lets one attacker do a day.

    Attributes:
        tries: texts that are submitted.
        loads: captchas that are looked at.
    """

    tries: int
    loads: int

    def solved(self, right: int, submitted: int, shown: int) -> float:
        """Compute how many captchas are solved a day: of the tries, or of the loads if less.

        Args:
            right: captchas that were read right, of those submitted.
            submitted: captchas, of those shown.
            shown: captchas.
        """
        if not right:
            return 0.0
        return right * min(self.tries / submitted, self.loads / shown)

    @property
    def coverage(self) -> float:
        """Give the coverage at which tries and loads are spent at the same time, at most 1."""
        return min(1.0, self.tries / self.loads)


@dataclass(frozen=True)
class Selection:
    """Which captchas were submitted.

    Attributes:
        coverage: the share of captchas that was to be submitted.
        threshold: confidence from which on a text is submitted.
        shown: number of captchas.
        submitted: of them.
        right: of those submitted.
    """

    coverage: float
    threshold: float
    shown: int
    submitted: int
    right: int


@dataclass(frozen=True)
class Scored:
    """Readings with their confidence.

    Attributes:
        confidence: float32 [n] in [0, 1]; 0: never submitted.
        right: bool [n], whether the whole text is right.
    """

    confidence: Floats
    right: Mask

    def __len__(self) -> int:
        """Count the captchas."""
        return len(self.confidence)

    def part(self, rows: slice) -> "Scored":
        """Give some of the captchas."""
        return Scored(self.confidence[rows], self.right[rows])

    def select(self, coverage: float, threshold: float) -> Selection:
        """Submit the captchas from a threshold on; see `submitted`."""
        chosen = submitted(self.confidence, threshold)
        hits = int(np.count_nonzero(self.right & chosen))
        return Selection(coverage, threshold, len(self), int(np.count_nonzero(chosen)), hits)


def submitted(confidence: Floats, threshold: float) -> Mask:
    """Tell which texts are submitted, bool [n]: those from the threshold on, never those of 0."""
    chosen: Mask = (confidence >= np.float32(threshold)) & (confidence > 0)
    return chosen


def threshold_at(confidence: Floats, coverage: float) -> float:
    """Compute the threshold from which on the surest share of captchas is submitted.

    Texts of equal confidence are submitted together: where the threshold falls among them, more
    are submitted than the share.

    Args:
        confidence: float32 [n] of captchas whose right texts are not needed.
        coverage: share of captchas, in (0, 1].

    Returns:
        A confidence that occurs; 0 where all that can be submitted is to be.
    """
    wanted = max(1, math.ceil(coverage * len(confidence) - ROUNDING))
    if wanted >= np.count_nonzero(confidence):
        return 0.0
    return decimal(-np.partition(-confidence, wanted - 1)[wanted - 1])


def decimal(confidence: np.float32) -> float:
    """Give the shortest decimal number that is this float32: 0.1, and not 0.10000000149."""
    return float(str(confidence))


def best_coverage(chooses: Scored, budgets: Budgets, measured: int) -> float:
    """Choose the coverage that solves most captchas a day.

    Where surer texts are right more often, it is the one at which both budgets are spent; where
    they are not, a larger one may be better. The candidates are few, so that the choice does not
    follow the noise of the captchas that it is made on.

    Args:
        chooses: readings that the choice is made on.
        budgets: of a day.
        measured: captchas on which the precision will be measured; a coverage that leaves too few
            of them is no candidate.

    Returns:
        A coverage; of equal ones the largest, which looks at the fewest captchas.
    """
    least = min(1.0, 2 * FEWEST / measured) if measured else 1.0
    candidates = sorted({max(least, share) for share in (*COVERAGES, budgets.coverage)})

    def solved(coverage: float) -> float:
        tried = chooses.select(coverage, threshold_at(chooses.confidence, coverage))
        return budgets.solved(tried.right, tried.submitted, tried.shown)

    return max(reversed(candidates), key=solved)


def selections(
    test: Scored, chooses: Scored | None, budgets: Budgets
) -> tuple[tuple[Selection, ...], Selection]:
    """Submit test captchas by thresholds that were chosen on others.

    Args:
        test: readings that are submitted.
        chooses: readings that the thresholds are chosen on; None: each half of the test captchas
            chooses for the other half (cross-fitting).
        budgets: of a day.

    Returns:
        What is submitted at each of COVERAGES, and at the coverage that was chosen as the best.
    """
    if chooses is not None:
        pairs = [(chooses, test)]
    else:
        halves = test.part(slice(0, None, 2)), test.part(slice(1, None, 2))
        pairs = [(halves[0], halves[1]), (halves[1], halves[0])]
    fixed = tuple(
        _pooled([_chosen(by, share, shown) for by, shown in pairs]) for share in COVERAGES
    )
    best = _pooled(
        [_chosen(by, best_coverage(by, budgets, len(test)), shown) for by, shown in pairs]
    )
    return fixed, best


def _chosen(by: Scored, coverage: float, shown: Scored) -> Selection:
    """Submit captchas by the threshold that others give."""
    return shown.select(coverage, threshold_at(by.confidence, coverage))


def _pooled(parts: Sequence[Selection]) -> Selection:
    """Add up what was submitted of parts; coverage and threshold are their means."""
    return Selection(
        coverage=sum(part.coverage for part in parts) / len(parts),
        threshold=sum(part.threshold for part in parts) / len(parts),
        shown=sum(part.shown for part in parts),
        submitted=sum(part.submitted for part in parts),
        right=sum(part.right for part in parts),
    )


def by_coverage(scored: Scored, points: int) -> tuple[tuple[int, int], ...]:
    """Trace precision against coverage, the surest texts first.

    Args:
        scored: readings.
        points: shares that are tried, evenly on a logarithm.

    Returns:
        (submitted, right) from FEWEST submitted captchas on, ascending; texts of equal confidence
        are submitted together.
    """
    there = int(np.count_nonzero(scored.confidence))
    if there < FEWEST:
        return ()
    order = np.argsort(-scored.confidence, kind="stable")[:there]
    surest, hits = scored.confidence[order], np.cumsum(scored.right[order])
    ends: npt.NDArray[np.int64] = np.flatnonzero(np.append(surest[1:] < surest[:-1], True)) + 1
    wanted = np.geomspace(FEWEST, there, points)
    kept = np.unique(ends[np.searchsorted(ends, np.floor(wanted))])
    return tuple((int(end), int(hits[end - 1])) for end in kept)
