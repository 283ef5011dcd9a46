"""Captcha pages in a real browser: who passes, beside what is read of the same captchas offline."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.visit import VisitRow
from reports.rates import Rate

SHOWN = 3  # pictures of a page


@dataclass(frozen=True)
class Line:
    """One page and one breaker."""

    row: VisitRow
    passed: Rate | None
    offline: Rate | None
    seconds: str
    pictures: tuple[str, ...]


def visited(document: Document) -> list[Line]:
    """A line for each page."""
    return [_line(row) for row in document.visits]


@dataclass(frozen=True)
class People:
    """What people read of captchas shown in one way."""

    variant: str
    people: int
    right: Rate
    seconds: str


def people(document: Document) -> list[People]:
    """A line for each way of showing them."""
    return [
        People(
            row.variant,
            row.people,
            Rate(row.right, row.captchas, row.interval),
            f"{row.p50_seconds:.1f}",
        )
        for row in document.people
    ]


def _line(row: VisitRow) -> Line:
    passed = Rate(row.passed, row.visits, row.interval) if row.visits else None
    offline = None
    if row.offline is not None:
        share = row.offline / row.visits
        offline = Rate(row.offline, row.visits, (share, share))
    seconds = "-"
    if row.p50_ms is not None and row.p95_ms is not None:
        seconds = f"{row.p50_ms:,.0f} ms, 95 % within {row.p95_ms:,.0f}"
    return Line(row, passed, offline, seconds, row.pictures[:SHOWN])
