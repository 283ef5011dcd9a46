"""Rows of audit.csv: each check of each page, and what it came to."""

import json
from collections.abc import Iterator, Sequence

from harness.audit.check_table import OPEN_DOORS
from harness.measurements.audits.run import FINDINGS
from harness.measurements.audits.work import AuditEntry
from harness.measurements.finished_steps import FinishedSteps
from harness.results.rows.audit import AuditRow


def gather_audits(finished: FinishedSteps) -> dict[str, Sequence[AuditRow]]:
    """Gather a row for each check of each page; one for a page that could not be audited."""
    entries = finished.plan.find(AuditEntry)
    return {"audits": [row for entry in entries for row in _rows(finished, entry)]}


def _rows(finished: FinishedSteps, entry: AuditEntry) -> Iterator[AuditRow]:
    artifact = finished.artifacts.get(entry.audit)
    if artifact is None:
        status = finished.status(entry.audit)
        yield AuditRow(
            dataset=entry.dataset, page=entry.page, url=entry.url, check="all",
            outcome="did not run", why=f"the audit {status}", status=status,
        )  # fmt: skip
        return
    for each in json.loads((artifact.path / FINDINGS).read_text()):
        yield AuditRow(
            dataset=entry.dataset,
            page=entry.page,
            url=entry.url,
            lets_in=each["outcome"] == "failed" and each["check"] in OPEN_DOORS,
            requests=artifact.notes["requests"],
            **each,
        )
