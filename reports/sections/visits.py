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
        limit: how many answers the page takes, and what can be solved within that.
    """

    row: VisitRow
    passed: Rate | None
    offline: Rate | None
    seconds: str
    picture: str
    chosen: Rate | None = None
    loads: str = ""
    limit: str = ""


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
    again = row.loads and row.loads > row.visits
    if row.submitted and (again or row.blocked_visits):
        chosen = Rate(row.passed, row.submitted, row.submitted_interval)
    picture = row.pictures[0] if row.pictures else ""
    return PageVisits(
        row, passed, offline, seconds, picture, chosen, f"{row.loads or 0:,}", _limit(row)
    )


def _limit(row: VisitRow) -> str:
    """Say after how many answers the page took no more, and what that leaves."""
    parts = []
    if row.blocked_after_in_session is not None:
        parts.append(f"takes {row.blocked_after_in_session:,} answers of one session")
    if row.blocked_after is not None:
        parts.append(f"took {row.blocked_after:,} answers of this address, then no more")
        if row.blocked_seconds:
            parts[-1] += f" for {row.blocked_seconds:,.0f} s from the first"
        parts.append(f"{row.blocked_visits or 0:,} of {row.visits:,} visits were blocked")
    if parts and row.solved_per_day is not None:
        parts.append(f"within that, {row.solved_per_day:,.0f} are solved a day")
    return "; ".join(parts)
