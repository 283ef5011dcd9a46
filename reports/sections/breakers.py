"""What each breaker reads of clean captchas, and what it is."""

from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from reports.rates import Rate, captcha_rate, character_rate


@dataclass(frozen=True)
class CleanReading:
    """One breaker with its rates; None: not measured."""

    breaker: BreakerResult
    captcha: Rate | None
    character: Rate | None


@dataclass(frozen=True)
class Breakers:
    """All breakers of a run, defended ones as well."""

    readings: tuple[CleanReading, ...]
    left_out: int = 0


LISTED = 2000  # rows; more would make the page slow to open


def content(document: Document) -> Breakers:
    """Give the breakers in the document's order."""
    listed = document.breakers[:LISTED]
    return Breakers(tuple(map(_reading, listed)), len(document.breakers) - len(listed))


def _reading(breaker: BreakerResult) -> CleanReading:
    if breaker.accuracy is None:
        return CleanReading(breaker, None, None)
    return CleanReading(breaker, captcha_rate(breaker.accuracy), character_rate(breaker.accuracy))
