"""A run in a few lines of text: what it found, how far it is, what changed since another."""

from collections.abc import Iterator, Sequence
from typing import Any

from harness.results import Document
from harness.rows.result import WORST_CASE, ResultRow
from harness.tally import percent
from workers.home import Run


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
    """How far a run is, from the store."""
    failures = run.failures()
    missing = {step.digest for step in run.missing()}
    total = len(run.plan.steps)
    waiting = len(missing) - len(failures)
    now = run.now() if run.running else {}
    return {
        "run": run.id,
        "state": _state(run, waiting, len(failures)),
        "steps": total,
        "done": total - len(missing),
        "failed": sum(failure.status == "failed" for failure in failures.values()),
        "skipped": sum(failure.status == "skipped" for failure in failures.values()),
        "waiting": waiting,
        "now": now if now.get("digest") in missing else {},
        "failures": [failure.model_dump() for failure in failures.values()],
        "report": str(run.folder / "report.html") if (run.folder / "report.html").exists() else "",
    }


def _state(run: Run, waiting: int, failed: int) -> str:
    if run.canceled:
        return "canceled"
    if run.running:
        return "running"
    if waiting:
        return "unfinished"
    return "failed" if failed else "done"


def status_lines(found: Sequence[dict[str, Any]], details: bool) -> Iterator[str]:
    """One line a run; with details, what runs now, what failed, and where the report is."""
    for one in found:
        yield (
            f"{one['run']:32} {one['state']:10} {one['done']}/{one['steps']} done, "
            f"{one['failed']} failed, {one['skipped']} skipped, {one['waiting']} waiting"
        )
        if not details:
            continue
        if one["now"]:
            yield f"  now: {one['now']['step']}, {100 * one['now']['share']:.0f} %"
        for failure in one["failures"]:
            yield f"  {failure['status']}: {failure['step']}: {failure['reason']}"
        if one["report"]:
            yield f"  report: {one['report']}"


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
