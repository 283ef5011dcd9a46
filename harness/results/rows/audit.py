"""Rows of audit.csv: what was asked of a captcha page, and the holes that this shows."""

from collections.abc import Iterable
from typing import Literal

from harness.results.rows.row import Row, Status, Value

AUDIT_COLUMNS = ("page", "check", "outcome", "sent", "seen", "why", "url", "dataset", "lets_in")


class AuditRow(Row):
    """One check of one captcha page.

    Attributes:
        page: name of the audit in the sweep.
        check: its name.
        outcome: failed: there is a hole.
        sent: what was asked of the page.
        seen: what it said.
        why: what that means; of a check that did not run, why not.
        url: of the page.
        lets_in: one gets in by this hole without reading a captcha.
        requests: that the whole audit sent.
    """

    dataset: str
    page: str
    url: str
    check: str
    outcome: Literal["passed", "failed", "did not run"]
    sent: str = ""
    seen: str = ""
    why: str = ""
    lets_in: bool = False
    requests: int = 0
    status: Status = "ok"

    def columns(self) -> dict[str, Value]:
        """Give the row of audit.csv."""
        return self.cells(AUDIT_COLUMNS)


def open_doors(rows: Iterable[AuditRow], dataset: str) -> list[str]:
    """Name the holes by which one gets in without reading the captchas of a data set."""
    return [row.check for row in rows if row.lets_in and row.dataset == dataset]
