"""The steps of a run that failed or were skipped, each with its reason."""

from dataclasses import dataclass

from harness.results.document import Document, Failure
from reports.statuses import breaker_counts, row_counts


@dataclass(frozen=True)
class Failures:
    """All failures of a run; `unexplained`: some figures are missing, and no step says why."""

    steps: tuple[Failure, ...]
    unexplained: bool
    left_out: int


LISTED = 400  # steps


def content(document: Document) -> Failures:
    """Give the failures, and whether figures are missing without one."""
    unmeasured = row_counts(document).unmeasured + breaker_counts(document).unmeasured
    listed = document.failures[:LISTED]
    unexplained = bool(unmeasured and not document.failures)
    return Failures(listed, unexplained, len(document.failures) - len(listed))
