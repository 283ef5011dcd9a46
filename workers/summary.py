"""A run in a few lines of text: what it found, how far it is, what changed since another."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from harness.errors import HarnessError
from harness.results import Document
from harness.rows.result import WORST_CASE, ResultRow
from harness.tally import percent
from workers.run import Run


def lines(document: Document) -> Iterator[str]:
    """What a busy person wants to know, a line for each breaker; then failures and warnings."""
    for breaker in document.breakers:
        after = "" if breaker.defense == "none" else f" with {breaker.defense}"
        name = f"{breaker.dataset}: {breaker.breaker}{after}"
        if breaker.accuracy is None:
            yield f"{name}: {breaker.status}"
            continue
        tally = breaker.accuracy.tally
        text = f"{name} reads {percent(tally.right_captchas, tally.captchas)}"
        if tally.characters != tally.captchas:
            text += (
                f" of captchas, {percent(tally.right_characters, tally.characters)} of characters"
            )
        worst = [
            f"{percent(row.accuracy.tally.right_captchas, row.accuracy.tally.captchas)} "
            f"({row.norm} {row.epsilon:g})"
            for row in document.rows
            if (row.dataset, row.breaker, row.defense, row.attack)
            == (breaker.dataset, breaker.breaker, breaker.defense, WORST_CASE)
            and row.accuracy
            and row.epsilon > 0
        ]
        yield text + (f"; attacked: {', '.join(worst)}" if worst else "")
    for gan in document.gans:
        read = f"{percent(gan.agreed or 0, gan.drawn)} read as meant" if gan.drawn else gan.status
        yield f"{gan.gan}, trained on {gan.dataset}: {read}"
    for page in document.visits:
        if not page.visits:
            yield f"{page.variant}: {page.breaker}: {page.status}"
            continue
        offline = "" if page.offline is None else f", offline {percent(page.offline, page.visits)}"
        passed = percent(page.passed, page.visits)
        yield f"{page.variant}: {page.breaker} passes {passed} of visits{offline}"
        if page.stuck:
            yield f"{page.variant}: {page.stuck} came to no answer: {page.reason}"
    for failure in document.failures:
        yield f"{failure.status}: {failure.step}: {failure.reason}"
    codes = {code for row in document.rows for code in row.warnings}
    codes |= {code for breaker in document.breakers for code in breaker.warnings}
    codes |= {code for gan in document.gans for code in gan.warnings}
    if codes:
        yield f"warnings: {', '.join(sorted(codes))}; the report says what they mean"


def run_status(run: Run) -> dict[str, Any]:
    """Tell how far a run is, from the store; a run that cannot be read says why."""
    known: dict[str, Any] = {"run": run.id, "begun": run.begun, "now": {}, "failures": []}
    page = run.folder / "report.html"
    known["report"] = str(page) if page.exists() else ""
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
            yield f"{head} {status['reason']}"
            continue
        yield (
            f"{head} {status['done']}/{status['steps']} done, {status['failed']} failed, "
            f"{status['skipped']} skipped, {status['waiting']} waiting"
        )
        if status["reason"]:
            yield f"  ended before its report: {status['reason']}"
        if not details:
            continue
        if status["now"]:
            yield f"  now: {status['now']['step']}, {100 * status['now']['share']:.0f} %"
        for failure in status["failures"]:
            yield f"  {failure['status']}: {failure['step']}: {failure['reason']}"
        if status["report"]:
            yield f"  report: {status['report']}"


def changes(first: Document, second: Document) -> list[dict[str, Any]]:
    """Rows that both runs have: accuracy before and after, and whether the intervals part."""

    def keyed(document: Document) -> dict[tuple[object, ...], ResultRow]:
        return {
            (r.dataset, r.breaker, r.defense, r.attack, r.norm, r.epsilon, r.knowledge): r
            for r in document.rows
        }

    before, after = keyed(first), keyed(second)
    found = []
    for key in before.keys() & after.keys():
        a, b = before[key].accuracy, after[key].accuracy
        if a is None or b is None:
            continue
        (low_a, high_a), (low_b, high_b) = a.captcha_interval, b.captcha_interval
        found.append(
            {
                "row": " ".join(str(part) for part in key),
                "before": a.tally.captcha_accuracy,
                "after": b.tally.captcha_accuracy,
                "changed": high_a < low_b or high_b < low_a,
            }
        )
    return sorted(found, key=lambda change: (not change["changed"], change["row"]))


def printed_changes(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The rows whose intervals part, then how many there are in all."""
    for change in found:
        if change["changed"]:
            yield f"{change['row']}: {change['before']:.4f} -> {change['after']:.4f}"
    parted = sum(change["changed"] for change in found)
    yield f"{parted} of {len(found)} common rows differ by more than their 95 % intervals"
