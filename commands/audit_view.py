"""The findings of an audit, for people and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from commands.summary import failure_line
from harness.results.document import Document
from harness.results.rows.audit import AuditRow
from harness.results.rows.one_line import brief


@dataclass(frozen=True)
class AuditView:
    """The findings of an audit.

    Attributes:
        document: of its run.
        page: where the report is.
    """

    document: Document
    page: Path

    @property
    def holes(self) -> Sequence[AuditRow]:
        """List the checks that found a hole."""
        return [row for row in self.document.audits if row.outcome == "failed"]

    def as_json(self) -> dict[str, object]:
        """Give all findings."""
        rows = self.document.audits
        return {
            "run": self.document.run,
            "report": str(self.page),
            "holes": [row.check for row in self.holes],
            "lets_in": [row.check for row in rows if row.lets_in],
            "requests": max((row.requests for row in rows), default=0),
            "checks": [row.columns() for row in rows],
            "failures": [failure.model_dump() for failure in self.document.failures],
        }

    def as_text(self) -> str:
        """Write a line for each check: holes first, then what did not run, then what is right."""
        return "\n".join([*self._lines(), f"report: {self.page}"])

    def _lines(self) -> Iterator[str]:
        rows = self.document.audits
        for failure in self.document.failures:
            yield failure_line(failure, None)
        for row in self.holes:
            yield f"hole: {row.check}: {brief(row.why)}"
            yield f"    sent {brief(row.sent)}; seen: {brief(row.seen)}"
        for row in rows:
            if row.outcome == "did not run" and row.status == "ok":
                yield f"did not run: {row.check}: {brief(row.why)}"
        passed = [row.check for row in rows if row.outcome == "passed"]
        if passed:
            yield f"passed: {', '.join(passed)}"
        if rows:
            requests = max(row.requests for row in rows)
            ran = len(passed) + len(self.holes)
            yield (
                f"{len(self.holes)} of {ran} checks found a hole, {len(rows) - ran} did not run; "
                f"{requests} requests"
            )
