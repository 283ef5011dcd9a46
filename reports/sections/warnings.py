"""The warnings about doubtful figures, and where those figures are."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harness.results.document import Document
from reports.grouping import Series, defended
from reports.rates import radius
from reports.statuses import StatusCounts, breaker_counts, row_counts

LISTED = 40  # figures of one warning


@dataclass(frozen=True)
class WarningSummary:
    """One warning code, and the figures that have it.

    Attributes:
        rows: how many rows of results.csv have it.
        breakers: how many breakers have it on clean captchas.
        figures: names of the figures, at most LISTED.
        more: how many figures are not listed.
    """

    code: str
    meaning: str
    rows: int
    breakers: int
    figures: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Warnings:
    """All warnings of a run, and the totals that they are held against."""

    summaries: tuple[WarningSummary, ...]
    rows: StatusCounts
    breakers: StatusCounts


def content(document: Document) -> Warnings:
    """Give each code once, in the order of the document's meanings."""
    figures: dict[str, dict[str, list[str]]] = {}
    rows: Counter[str] = Counter()
    for row in document.rows:
        line = Series(row.attack, row.knowledge, row.source, (row,))
        name = f"{row.dataset}: {defended(row.breaker, row.defense)}, {line.label} ({row.norm})"
        for code in row.warnings:
            rows[code] += 1
            figures.setdefault(code, {}).setdefault(name, []).append(radius(row.epsilon))
    breakers: Counter[str] = Counter()
    for breaker in document.breakers:
        for code in breaker.warnings:
            breakers[code] += 1
            name = f"{breaker.dataset}: {defended(breaker.breaker, breaker.defense)}, clean"
            figures.setdefault(code, {}).setdefault(name, [])
    for name, epsilon, codes in _elsewhere(document):
        for code in codes:
            radii = figures.setdefault(code, {}).setdefault(name, [])
            radii += [] if epsilon is None else [radius(epsilon)]
    meanings = document.warning_meanings
    order = {code: number for number, code in enumerate(meanings)}
    summaries = tuple(
        WarningSummary(
            code,
            meanings.get(code, code),
            rows[code],
            breakers[code],
            tuple(_figure(*figure) for figure in list(figures[code].items())[:LISTED]),
            max(0, len(figures[code]) - LISTED),
        )
        for code in sorted(figures, key=lambda code: order.get(code, len(order)))
    )
    return Warnings(summaries, row_counts(document), breaker_counts(document))


def _figure(name: str, radii: list[str]) -> str:
    return f"{name}, epsilon {', '.join(radii)}" if radii else name


def _elsewhere(document: Document) -> Iterator[tuple[str, float | None, tuple[str, ...]]]:
    """Give name, radius and codes of all figures that are neither a curve nor a breaker's."""
    for dataset in document.datasets:
        yield f"{dataset.dataset}: the data set", None, dataset.warnings
    for row in document.certified:
        name = f"{row.dataset}: {defended(row.breaker, row.defense)}, certified ({row.norm})"
        yield name, row.epsilon, row.warnings
    for detection in document.detections:
        name = f"{detection.dataset}: {detection.detector} over {detection.breaker}"
        attack = f"{detection.attack} ({detection.norm})"
        yield f"{name}, {attack}", detection.epsilon, detection.warnings
    for page in document.visits:
        yield f"{page.dataset}: {page.breaker} at the page {page.variant}", None, page.warnings
    for choice in document.precision:
        if choice.best:
            yield f"{choice.dataset}: {choice.breaker}, the surest submitted", None, choice.warnings
    for gan in document.gans:
        yield f"{gan.dataset}: drawn by {gan.gan}", None, gan.warnings
