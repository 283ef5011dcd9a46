"""What reads which captchas: the sweeps `readers`, `versions`, `packages` and `audio`."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measured import CleanRates, document
from harness.results.document import BreakerResult

OURS = "whole_image"
CONFUSED = 12  # pairs named
TENS = 10  # milliseconds from which on their fractions do not matter


@dataclass(frozen=True)
class Reading:
    """What one breaker reads of one data set; `milliseconds`: for a captcha, for people."""

    rates: CleanRates
    milliseconds: str
    confusions: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Readings:
    """Breakers and data sets, those of one data set together."""

    readings: tuple[Reading, ...]
    ours: str
    pairs: int

    @property
    def confused(self) -> list[Reading]:
        """Give our breaker's readings of letters, whose confusions are named."""
        return [
            reading
            for reading in self.readings
            if reading.rates.architecture == self.ours and reading.rates.dataset != "digits"
        ]


@dataclass(frozen=True)
class VersionReading:
    """Accuracies of several trainings of one breaker, and the interval over all; in [0, 1]."""

    accuracies: tuple[float, ...]
    low: float
    high: float

    @property
    def mean(self) -> float:
        """Give the mean of the trainings."""
        return statistics.mean(self.accuracies)


@dataclass(frozen=True)
class Versions:
    """What each architecture reads of each version of the package; None: not measured."""

    architectures: tuple[str, ...]
    versions: dict[str, tuple[VersionReading | None, ...]]


def readers() -> Readings:
    """Read digits, one case, both cases, several lengths; ours beside ready-made readers."""
    return _readings("readers")


def packages() -> Readings:
    """Read captchas as the packages draw them, by the number of captchas that were labelled."""
    return _readings("packages")


def audio() -> Readings:
    """Read captchas to listen to."""
    return _readings("audio")


def versions() -> Versions:
    """Tell which version of the package is the strongest."""
    breakers = document("versions").breakers
    architectures = tuple(dict.fromkeys(breaker.architecture for breaker in breakers))
    return Versions(
        architectures,
        {
            dataset.removeprefix("captcha-"): tuple(
                _trainings(
                    [
                        breaker
                        for breaker in breakers
                        if (breaker.dataset, breaker.architecture) == (dataset, architecture)
                    ]
                )
                for architecture in architectures
            )
            for dataset in dict.fromkeys(breaker.dataset for breaker in breakers)
        },
    )


def _readings(sweep: str) -> Readings:
    breakers = document(sweep).breakers
    datasets = list(dict.fromkeys(breaker.dataset for breaker in breakers))
    together = sorted(breakers, key=lambda breaker: datasets.index(breaker.dataset))
    return Readings(tuple(_reading(breaker) for breaker in together), OURS, CONFUSED)


def _reading(breaker: BreakerResult) -> Reading:
    rates = CleanRates.of(breaker)
    return Reading(rates, _milliseconds(rates.milliseconds), breaker.confusions)


def _milliseconds(each: float | None) -> str:
    return "" if each is None else f"{each:.0f}" if each >= TENS else f"{each:.2g}"


def _trainings(same: Sequence[BreakerResult]) -> VersionReading | None:
    accuracies = [breaker.accuracy for breaker in same if breaker.accuracy]
    if not accuracies:
        return None
    return VersionReading(
        tuple(accuracy.tally.captcha_accuracy or 0.0 for accuracy in accuracies),
        min(accuracy.captcha_interval[0] for accuracy in accuracies),
        max(accuracy.captcha_interval[1] for accuracy in accuracies),
    )
