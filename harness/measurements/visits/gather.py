"""Rows of visits.csv: visits that a breaker passed, beside its reading of the same captchas."""

import base64
import json
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from harness.browser.visit import TRACES
from harness.measurements.audits.gather import gather_audits
from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.visits.run import PICTURE, PICTURES, VISITS
from harness.measurements.visits.work import VisitEntry
from harness.metrics import wilson
from harness.options import Json
from harness.results import checks
from harness.results.rows.audit import AuditRow, open_doors
from harness.results.rows.visit import VisitRow

SECONDS_OF_DAY = 86_400


def gather_visits(finished: FinishedSteps) -> dict[str, Sequence[VisitRow]]:
    """Gather a row for each page and breaker."""
    audits = gather_audits(finished)["audits"]
    entries = finished.plan.find(VisitEntry)
    return {"visits": [_row(finished, entry, audits) for entry in entries]}


def _row(finished: FinishedSteps, entry: VisitEntry, audits: Sequence[AuditRow]) -> VisitRow:
    row = partial(
        VisitRow,
        dataset=entry.dataset,
        variant=entry.variant,
        breaker=entry.breaker,
        defense=entry.defense,
    )
    artifact = finished.artifacts.get(entry.visit)
    if artifact is None:
        return row(status=finished.status(entry.visit))
    visits = json.loads((artifact.path / VISITS).read_text())
    passed = [visit["passed"] for visit in visits]
    offline = [visit["offline"] == visit["is"] for visit in visits if visit["offline"] is not None]
    milliseconds = 1000 * np.array(artifact.notes["visit_seconds"])
    refused = sum(visit.get("refused", False) for visit in visits)
    errors = [visit["error"] for visit in visits if visit["error"]]
    return row(
        visits=len(visits),
        passed=sum(passed),
        interval=wilson(sum(passed), len(visits)),
        offline=sum(offline) if offline else None,
        stuck=len(errors),
        reason=errors[0] if errors else "",
        # An edition that kept neither loaded one captcha for each visit, and submitted each text.
        loads=sum(visit.get("loads", 1) for visit in visits),
        submitted=(
            submitted := sum(visit.get("submitted", not visit["error"]) for visit in visits)
        ),
        submitted_interval=wilson(sum(passed), submitted),
        traces=tuple(
            f"visits/{entry.visit}/{path.name}" for path in sorted(artifact.path.glob(TRACES))
        ),
        p50_ms=float(np.quantile(milliseconds, 0.5)),
        p95_ms=float(np.quantile(milliseconds, 0.95)),
        blocked_requests=sum(visit["blocked"] for visit in visits),
        pictures=tuple(
            base64.b64encode(path.read_bytes()).decode()
            for number in range(PICTURES)
            if (path := artifact.path / PICTURE.format(number)).is_file()
        ),
        warnings=(
            *checks.visited(len(visits), len(errors), refused),
            *_doors(audits, entry.dataset),
        ),
        blocked_visits=refused,
        blocked_after=artifact.notes.get("blocked_after"),
        blocked_after_in_session=artifact.notes.get("blocked_after_in_session"),
        blocked_seconds=artifact.notes.get("blocked_seconds"),
        solved_per_day=_solved_per_day(artifact.notes, sum(passed), submitted),
    )


def _solved_per_day(notes: Mapping[str, Json], passed: int, submitted: int) -> float | None:
    """Compute what the visits solve in a day, at their speed and within the page's limit.

    Args:
        notes: of the visits; editions before 2026-12 noted no time of all of them together.
        passed: visits that passed.
        submitted: visits that sent an answer.

    Returns:
        Captchas; None where that is not known: the page has blocked, and nobody waited for it.
    """
    if "visits_took" not in notes or not submitted:
        return None
    answers_per_second = submitted / notes["visits_took"]
    if notes["blocked_after"] is not None:
        if not notes["blocked_seconds"]:
            return None
        allowed = notes["blocked_after"] / notes["blocked_seconds"]
        answers_per_second = min(answers_per_second, allowed)
    return float(passed / submitted * answers_per_second * SECONDS_OF_DAY)


def _doors(audits: Sequence[AuditRow], dataset: str) -> tuple[str, ...]:
    """Warn of visits to a page that lets in who reads nothing."""
    return ("open_door",) if open_doors(audits, dataset) else ()
