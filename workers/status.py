"""How far runs are: from the store, not from the queue."""

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.errors import HarnessError
from harness.results.document import Failure
from harness.results.rows.brief import brief
from workers.run import PAGE, Run
from workers.summary import failure_line


def run_status(run: Run) -> dict[str, Any]:
    """Tell how far a run is, from the store; a run that cannot be read says why."""
    page = run.folder / PAGE
    known: dict[str, Any] = {
        "run": run.id,
        "begun": run.begun,
        "folder": str(run.folder),
        "report": str(page) if page.exists() else "",
        "now": {},
        "failures": [],
    }
    counts = ("steps", "done", "failed", "skipped", "waiting")
    try:
        failures = run.failures()
        missing = {step.digest for step in run.missing()}
    except HarnessError as error:
        return {**known, **dict.fromkeys(counts, 0), "state": "unreadable", "reason": str(error)}
    total = len(run.steps)
    waiting = len(missing) - len(failures)
    now = run.now() if run.running else {}
    return {
        **known,
        "state": _state(run, waiting, len(failures)),
        "reason": run.ended_by(),
        "steps": total,
        "done": total - len(missing),
        "failed": sum(failure.status == "failed" for failure in failures.values()),
        "skipped": sum(failure.status == "skipped" for failure in failures.values()),
        "waiting": waiting,
        "now": now if now.get("digest") in missing else {},
        "failures": [failure.model_dump() for failure in failures.values()],
    }


def _state(run: Run, waiting: int, failed: int) -> str:
    if run.canceled:
        return "canceled"
    if run.running:
        return "running"
    if run.ended_by():
        return "failed"
    if waiting:
        return "unfinished"
    return "failed" if failed else "done"


def status_lines(statuses: Sequence[dict[str, Any]], details: bool) -> Iterator[str]:
    """Write one line a run; with details, what runs now, what failed, and where the report is."""
    for status in statuses:
        begun = datetime.datetime.fromisoformat(status["begun"]).astimezone()
        head = f"{status['run']:32} {begun:%Y-%m-%d %H:%M}  {status['state']:10}"
        if status["state"] == "unreadable":
            yield f"{head} {brief(status['reason'])}"
            continue
        yield (
            f"{head} {status['done']}/{status['steps']} done, {status['failed']} failed, "
            f"{status['skipped']} skipped, {status['waiting']} waiting"
        )
        if status["reason"]:
            yield f"  ended before its report: {brief(status['reason'])}"
        if not details:
            continue
        if status["now"]:
            yield f"  now: {status['now']['step']}, {100 * status['now']['share']:.0f} %"
        for failure in status["failures"]:
            yield f"  {failure_line(Failure.model_validate(failure), Path(status['folder']))}"
        if status["report"]:
            yield f"  report: {status['report']}"
