"""What must not be believed without a second look, and what is missing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harness.results.document import Document
from reports.figures import defended
from reports.outcomes import Series
from reports.rates import radius

PLACES_SHOWN = 40


@dataclass(frozen=True)
class Caution:
    """One warning code, and where it applies."""

    code: str
    meaning: str
    rows: int
    breakers: int
    places: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Counts:
    """How many rows have which status."""

    ok: int
    failed: int
    skipped: int

    @property
    def total(self) -> int:
        """Give all of them."""
        return self.ok + self.failed + self.skipped


def cautions(document: Document) -> list[Caution]:
    """Give each code once, in the order in which the meanings are told."""
    places: dict[str, dict[str, list[str]]] = {}
    rows: Counter[str] = Counter()
    for row in document.rows:
        line = Series(row.attack, row.knowledge, row.source, (row,))
        where = f"{row.dataset}: {defended(row.breaker, row.defense)}, {line.label} ({row.norm})"
        for code in row.warnings:
            rows[code] += 1
            places.setdefault(code, {}).setdefault(where, []).append(radius(row.epsilon))
    breakers: Counter[str] = Counter()
    for breaker in document.breakers:
        for code in breaker.warnings:
            breakers[code] += 1
            where = f"{breaker.dataset}: {defended(breaker.breaker, breaker.defense)}, clean"
            places.setdefault(code, {}).setdefault(where, [])
    for where, epsilon, warnings in _elsewhere(document):
        for code in warnings:
            radii = places.setdefault(code, {}).setdefault(where, [])
            radii += [] if epsilon is None else [radius(epsilon)]
    told = list(document.warning_meanings)
    ordered = sorted(places, key=lambda code: told.index(code) if code in told else len(told))
    return [
        Caution(
            code,
            document.warning_meanings.get(code, code),
            rows[code],
            breakers[code],
            tuple(
                f"{where}, epsilon {', '.join(radii)}" if radii else where
                for where, radii in list(places[code].items())[:PLACES_SHOWN]
            ),
            max(0, len(places[code]) - PLACES_SHOWN),
        )
        for code in ordered
    ]


def _elsewhere(document: Document) -> Iterator[tuple[str, float | None, tuple[str, ...]]]:
    """Where, at which radius, and what: of all that is neither a curve nor a breaker."""
    for data in document.datasets:
        yield f"{data.dataset}: the data set", None, data.warnings
    for row in document.certified:
        where = f"{row.dataset}: {defended(row.breaker, row.defense)}, certified ({row.norm})"
        yield where, row.epsilon, row.warnings
    for guarded in document.detections:
        where = f"{guarded.dataset}: {guarded.detector} over {guarded.breaker}, {guarded.attack}"
        yield f"{where} ({guarded.norm})", guarded.epsilon, guarded.warnings
    for page in document.visits:
        yield f"{page.dataset}: {page.breaker} at the page {page.variant}", None, page.warnings
    for gan in document.gans:
        yield f"{gan.dataset}: drawn by {gan.gan}", None, gan.warnings


def counts(statuses: list[str]) -> Counts:
    """Count the statuses of rows or of breakers."""
    found = Counter(statuses)
    return Counts(found["ok"], found["failed"], found["skipped"])
