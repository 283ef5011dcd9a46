"""Who reads what: breakers that read more than one data set, side by side."""

from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from reports.outcomes import UNDEFENDED
from reports.rates import Rate, captcha_rate


@dataclass(frozen=True)
class Line:
    """One data set: a rate for each breaker; None where it was not asked to read it."""

    dataset: str
    generator: str
    rates: tuple[Rate | None, ...]
    own: tuple[bool, ...]
    flags: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class WhoReads:
    """Rows: what is read; columns: who reads it."""

    breakers: tuple[str, ...]
    lines: tuple[Line, ...]


def who_reads(document: Document) -> WhoReads | None:
    """A matrix, where some breaker reads more than one data set."""
    read: dict[str, dict[str, BreakerResult]] = {}
    for one in document.breakers:
        if one.defense == UNDEFENDED:
            read.setdefault(one.breaker, {})[one.dataset] = one
    breakers = tuple(read)
    if all(len(own) == 1 for own in read.values()):
        return None
    generators = {one.dataset: one.generator for one in document.datasets}
    datasets = dict.fromkeys(dataset for own in read.values() for dataset in own)
    lines = []
    for dataset in datasets:
        found = [read[name].get(dataset) for name in breakers]
        lines.append(
            Line(
                dataset,
                generators.get(dataset, ""),
                tuple(
                    captcha_rate(one.accuracy) if one and one.accuracy else None for one in found
                ),
                tuple(bool(one and one.train_images and not one.trained_on) for one in found),
                tuple(one.warnings if one else () for one in found),
            )
        )
    return WhoReads(breakers, tuple(lines))
