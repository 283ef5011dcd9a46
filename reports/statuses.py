"""How many breakers and rows of a document were measured, failed, or were skipped."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.row import Status


@dataclass(frozen=True)
class StatusCounts:
    """How many rows have which status."""

    ok: int
    failed: int
    skipped: int

    @property
    def total(self) -> int:
        """Count all of them."""
        return self.ok + self.failed + self.skipped

    @property
    def unmeasured(self) -> int:
        """Count those without a figure."""
        return self.failed + self.skipped


def row_counts(document: Document) -> StatusCounts:
    """Count the statuses of the rows of results.csv."""
    return _counts(row.status for row in document.rows)


def breaker_counts(document: Document) -> StatusCounts:
    """Count the statuses of the breakers."""
    return _counts(breaker.status for breaker in document.breakers)


def _counts(statuses: Iterable[Status]) -> StatusCounts:
    counts = Counter(statuses)
    return StatusCounts(counts["ok"], counts["failed"], counts["skipped"])
