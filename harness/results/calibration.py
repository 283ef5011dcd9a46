"""The calibration of a breaker: how far its confidence is from the share of texts that is right."""

from typing import Literal

from harness.options import Options
from harness.results.tally import Interval

Judgment = Literal["as sure as it is right", "too sure", "not sure enough"]


class ReliabilityBin(Options):
    """Texts of similar confidence: their number, its mean, and how many of them are right."""

    texts: int
    confidence: float
    right: int
    interval: Interval


class Calibration(Options):
    """The expected calibration error, over bins of equal numbers of texts.

    Attributes:
        error: mean distance of confidence and share of right texts, over bins by their texts.
        by_chance: the mean of this error for a breaker whose confidence is perfect.
        by_chance_high: the error that 95 % of such breakers stay below.
        mean_confidence: over all texts.
        bins: by ascending confidence.
    """

    error: float
    by_chance: float
    by_chance_high: float
    mean_confidence: float
    bins: tuple[ReliabilityBin, ...]

    @property
    def judgment(self) -> Judgment:
        """Judge the confidence: where the error may be chance, it is as it should be."""
        if self.error <= self.by_chance_high:
            return "as sure as it is right"
        right = sum(each.right for each in self.bins)
        sure = sum(each.texts * each.confidence for each in self.bins)
        return "too sure" if sure > right else "not sure enough"
