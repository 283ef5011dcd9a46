"""Captchas ranked by the breaker that reads most of each: which one stands longest.

A pure function of a document, as a verdict is. Trainings that differ in nothing but their seed
count as one breaker: its rate is their mean, and its interval widens with what they differ by. They
read the same captchas, so that three trainings on 1,000 captchas are not 3,000 trials.

Sources: Newcombe 1998 and Donner and Zou 2012 (MOVER), the interval of a difference from the
intervals of both rates.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, variance

from harness.metrics import score_interval
from harness.results.attackers import attackers, is_measured
from harness.results.document import BreakerResult, Document
from harness.results.tally import Interval

FEWEST_DATASETS = 2  # captchas that can be ranked


@dataclass(frozen=True)
class StrongestBreaker:
    """The breaker that reads most of one data set's captchas.

    Attributes:
        dataset: its name in the sweep.
        breakers: the trainings behind it, which differ in nothing but their seed.
        rate: captcha accuracy, the mean of the trainings.
        interval: 95 %.
        captchas: that each of them has read.
        solved_per_day: by the attacker who chooses what to submit and solves most; None where
            nobody was measured.
        tried: architectures of all breakers that have read these captchas.
        warnings: codes of the trainings.
    """

    dataset: str
    breakers: tuple[BreakerResult, ...]
    rate: float
    interval: Interval
    captchas: int
    solved_per_day: float | None
    tried: frozenset[str]
    warnings: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name the breaker; of several trainings, what their names begin with, and their number."""
        if len(self.breakers) == 1:
            return self.breakers[0].breaker
        first, *others = (breaker.breaker for breaker in self.breakers)
        same = next(
            (n for n in range(len(first)) if any(name[n : n + 1] != first[n] for name in others)),
            len(first),
        )
        stem = first[:same].rstrip("-") or self.breakers[0].architecture
        return f"{stem} ({len(self.breakers)} trainings)"


@dataclass(frozen=True)
class Place:
    """One place of a ranking.

    Attributes:
        strongest: the breaker that reads most of these captchas.
        behind: by how much less it reads than the strongest breaker of the next place does; None
            in the last place.
        interval: 95 %, of that difference.
    """

    strongest: StrongestBreaker
    behind: float | None = None
    interval: Interval | None = None

    @property
    def is_apart(self) -> bool:
        """Tell whether the difference to the next place is more than chance."""
        return self.interval is not None and self.interval[0] > 0


def ranking(document: Document) -> list[Place]:
    """Rank the captchas of a run, those that stand longest first.

    Args:
        document: of a run.

    Returns:
        A place for each data set of captchas that some breaker has read; none where there are
        fewer than two.
    """
    strongest = strongest_breakers(document)
    if len(strongest) < FEWEST_DATASETS:
        return []
    ranked = sorted(strongest, key=lambda each: each.rate)
    return [*_places(ranked), Place(ranked[-1])]


def strongest_breakers(document: Document) -> list[StrongestBreaker]:
    """Give the breaker that reads most of each data set of captchas, in the document's order."""
    by_dataset: dict[str, list[BreakerResult]] = {}
    for row in document.breakers:
        if is_measured(row):
            by_dataset.setdefault(row.dataset, []).append(row)
    return [_strongest(document, name, rows) for name, rows in by_dataset.items()]


def _places(ranked: Sequence[StrongestBreaker]) -> Iterator[Place]:
    for lower, higher in pairwise(ranked):
        yield Place(
            lower,
            higher.rate - lower.rate,
            difference(higher.rate, higher.interval, lower.rate, lower.interval),
        )


def difference(high: float, of_high: Interval, low: float, of_low: Interval) -> Interval:
    """Compute the 95 % interval of high - low, two independent rates, from that of each.

    Args:
        high: a rate.
        of_high: its interval.
        low: the rate that is taken from it.
        of_low: its interval.
    """
    apart = high - low
    below = math.hypot(high - of_high[0], of_low[1] - low)
    above = math.hypot(of_high[1] - high, low - of_low[0])
    return apart - below, apart + above


def _strongest(document: Document, dataset: str, rows: Sequence[BreakerResult]) -> StrongestBreaker:
    repeats: dict[str, list[BreakerResult]] = {}
    for row in rows:
        repeats.setdefault(row.recipe or f"alone: {row.breaker}", []).append(row)
    rate, interval, breakers = max(
        ((*pooled(several), tuple(several)) for several in repeats.values()),
        key=lambda each: each[0],
    )
    solved = [
        each.solved_per_day
        for each in attackers(document, dataset)
        if each.solved_per_day is not None
    ]
    return StrongestBreaker(
        dataset,
        breakers,
        rate,
        interval,
        breakers[0].n_captchas,
        max(solved, default=None),
        frozenset(row.architecture for row in rows),
        tuple(dict.fromkeys(code for row in breakers for code in row.warnings)),
    )


def pooled(trainings: Sequence[BreakerResult]) -> tuple[float, Interval]:
    """Compute the mean captcha accuracy of trainings that read the same captchas.

    Args:
        trainings: one or more; all are measured.

    Returns:
        The mean, and its 95 % interval. Its variance is that of the captchas, each with the share
        of trainings that read it, and that of the trainings; where which captchas were read is
        not kept, all of one training's.
    """
    rates = [row.captcha_accuracy or 0.0 for row in trainings]
    first = trainings[0]
    if len(trainings) == 1 and first.accuracy:
        return rates[0], first.accuracy.captcha_interval
    rate, captchas = fmean(rates), first.n_captchas
    matches = [row.predictions.match for row in trainings if row.predictions]
    each = [fmean(read) for read in zip(*matches, strict=False)]
    if len(matches) == len(trainings) and len(each) == captchas:
        of_captchas = variance(each) / captchas
    else:
        of_captchas = rate * (1 - rate) / captchas
    spread = of_captchas + variance(rates) / len(rates)
    trials = rate * (1 - rate) / spread if spread and 0 < rate < 1 else captchas
    return rate, score_interval(rate, trials)
