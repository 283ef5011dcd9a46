"""Pages around captchas: what they were asked, and the holes that this shows."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.audit import AuditRow


@dataclass(frozen=True)
class AuditedPage:
    """The findings of one page, holes first.

    Attributes:
        page: its name in the sweep.
        url: where it was.
        requests: that it was sent.
        holes: checks that failed.
        others: checks that did not run.
        passed: checks without a hole.
    """

    page: str
    url: str
    requests: int
    holes: tuple[AuditRow, ...]
    others: tuple[AuditRow, ...]
    passed: tuple[AuditRow, ...]

    @property
    def summary(self) -> str:
        """Say how many holes there are."""
        ran = len(self.holes) + len(self.passed)
        open_doors = sum(row.lets_in for row in self.holes)
        if not ran:
            return "No check ran."
        if not self.holes:
            return f"None of {ran} checks found a hole; {len(self.others)} did not run."
        worst = (
            f" {'One' if open_doors == 1 else open_doors} of them lets in who reads nothing."
            if open_doors
            else ""
        )
        holes = "a hole" if len(self.holes) == 1 else f"{len(self.holes)} holes"
        return f"{ran} checks found {holes}; {len(self.others)} did not run.{worst}"


@dataclass(frozen=True)
class Audits:
    """The audited pages of a run."""

    pages: tuple[AuditedPage, ...]


def content(document: Document) -> Audits | None:
    """Give the findings of each page, if one was audited."""
    names = dict.fromkeys(row.page for row in document.audits)
    return Audits(tuple(_page(document, name) for name in names)) if names else None


def _page(document: Document, name: str) -> AuditedPage:
    rows = [row for row in document.audits if row.page == name]
    holes = sorted((r for r in rows if r.outcome == "failed"), key=lambda row: not row.lets_in)
    return AuditedPage(
        name,
        rows[0].url,
        max(row.requests for row in rows),
        tuple(holes),
        tuple(row for row in rows if row.outcome == "did not run"),
        tuple(row for row in rows if row.outcome == "passed"),
    )
