"""Captcha pages in a real browser: who passes, beside what is read of the same captchas offline."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.visit import VisitRow
from reports.rates import Rate


@dataclass(frozen=True)
class PageVisits:
    """Visits of one breaker to one page; `picture`: a captcha as shown, PNG in base64.

    Attributes:
        chosen: visits that passed, of those that submitted, where not each did so at once.
        loads: captchas that were loaded for them.
    """

    row: VisitRow
    passed: Rate | None
    offline: Rate | None
    seconds: str
    picture: str
    chosen: Rate | None = None
    loads: str = ""


@dataclass(frozen=True)
class Visits:
    """Visits to all pages of a run."""

    pages: tuple[PageVisits, ...]


def content(document: Document) -> Visits | None:
    """Give a line for each page, if one was visited."""
    return Visits(tuple(_page(row) for row in document.visits)) if document.visits else None


def _page(row: VisitRow) -> PageVisits:
    passed = Rate(row.passed, row.visits, row.interval) if row.visits else None
    offline = None
    if row.offline is not None:
        share = row.offline / row.visits
        offline = Rate(row.offline, row.visits, (share, share))
    seconds = "-"
    if row.p50_ms is not None and row.p95_ms is not None:
        seconds = f"{row.p50_ms:,.0f} ms, 95 % within {row.p95_ms:,.0f}"
    chosen = None
    if row.submitted and row.loads and row.loads > row.visits:
        chosen = Rate(row.passed, row.submitted, row.submitted_interval)
    picture = row.pictures[0] if row.pictures else ""
    return PageVisits(row, passed, offline, seconds, picture, chosen, f"{row.loads or 0:,}")
