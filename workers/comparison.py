"""Two runs side by side: what changed, what is gone, what is new, what failed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from harness.metrics import wilson
from harness.results.document import Document
from harness.results.tally import Accuracy, Interval, share

Outcome = Literal["changed", "failed", "gone", "new", "measured", "same", "in neither"]
ORDER: tuple[Outcome, ...] = (
    "changed", "failed", "gone", "new", "measured", "same", "in neither",
)  # fmt: skip
BAD = ("changed", "failed", "gone")  # what a gate must not let pass
Key = tuple[str, ...]


BREAKER = "breaker"  # the kind of clean rates


@dataclass(frozen=True)
class Figure:
    """One figure of a run, with what is behind it; no value: it was not measured."""

    value: float | None = None
    interval: Interval | None = None
    n: int = 0
    status: str = "ok"


def figures(document: Document) -> dict[Key, Figure]:
    """Every rate of a run that has an interval: kind and names -> figure."""
    several = (
        _breakers, _rows, _targets, _certified, _detections, _alarms, _visits, _gans, _people,
    )  # fmt: skip
    return {
        tuple(str(part) for part in key): figure
        for kind in several
        for key, figure in kind(document)
    }


Named = Iterator[tuple[tuple[object, ...], Figure]]


def _accuracy(accuracy: Accuracy | None, status: str) -> Figure:
    if accuracy is None:
        return Figure(status="not measured" if status == "ok" else status)
    tally = accuracy.tally
    return Figure(tally.captcha_accuracy, accuracy.captcha_interval, tally.captchas, status)


def _rate(hits: int | None, trials: int | None, status: str) -> Figure:
    if hits is None or not trials:
        return Figure(status="not measured" if status == "ok" else status)
    return Figure(share(hits, trials), wilson(hits, trials), trials, status)


def _breakers(document: Document) -> Named:
    for b in document.breakers:
        yield (BREAKER, b.dataset, b.breaker, b.defense), _accuracy(b.accuracy, b.status)


def _rows(document: Document) -> Named:
    for r in document.rows:
        names = (r.dataset, r.breaker, r.defense, r.attack, r.norm, r.epsilon, r.knowledge)
        # The same attack may come from several other breakers.
        source = (f"from {r.source}",) if r.knowledge == "transfer" else ()
        yield ("attack", *names, *source), _accuracy(r.accuracy, r.status)


def _targets(document: Document) -> Named:
    for r in document.rows:
        if r.on_target is not None and r.accuracy:
            names = (r.dataset, r.breaker, r.defense, r.attack, r.norm, r.epsilon, r.knowledge)
            source = (f"from {r.source}",) if r.knowledge == "transfer" else ()
            captchas = r.accuracy.tally.captchas
            yield ("target", *names, *source), _rate(r.on_target, captchas, r.status)


def _certified(document: Document) -> Named:
    for r in document.certified:
        names = (r.dataset, r.breaker, r.defense, r.norm, r.epsilon)
        yield ("certified", *names), _accuracy(r.accuracy, r.status)


def _detections(document: Document) -> Named:
    for r in document.detections:
        aware = ("adaptive",) if r.adaptive else ()
        names = (r.dataset, r.breaker, r.detector, r.attack, r.norm, r.epsilon, *aware)
        yield ("detection", *names), _rate(r.found, r.n_adversarial, r.status)


def _alarms(document: Document) -> Named:
    for r in document.detections:
        if r.n_clean:
            names = ("false alarms", r.dataset, r.breaker, r.detector)
            yield names, _rate(r.false_alarms, r.n_clean, r.status)


def _visits(document: Document) -> Named:
    for r in document.visits:
        names = ("visit", r.dataset, r.variant, r.breaker, r.defense)
        yield names, _rate(r.passed, r.visits, r.status)


def _gans(document: Document) -> Named:
    for r in document.gans:
        names = (r.gan, r.dataset, r.judge)
        yield ("gan", *names), _rate(r.agreed, r.drawn, r.status)
        if r.kid is not None:
            yield ("kid", *names), Figure(r.kid, r.kid_interval, r.drawn or 0, r.status)


def _people(document: Document) -> Named:
    for r in document.people:
        yield ("people", r.variant), _rate(r.right, r.captchas, "ok")


def changes(first: Document, second: Document) -> list[dict[str, Any]]:
    """Every figure of either run: before, after, their intervals, and what became of it.

    Args:
        first: the run before.
        second: the run after.

    Returns:
        A row for each figure, those that matter first; `outcome` is changed (the 95 % intervals
        part), failed (not measured after), gone (after, nobody asked for it), new, measured (only
        after, though it was asked for before), same, or in neither (asked for, never measured).
    """
    before, after = figures(first), figures(second)
    rows = [
        _change(key, before.get(key), after.get(key)) for key in dict.fromkeys((*before, *after))
    ]
    return sorted(rows, key=lambda row: (ORDER.index(row["outcome"]), row["kind"], row["row"]))


def _change(key: Key, before: Figure | None, after: Figure | None) -> dict[str, Any]:
    outcome = _outcome(before, after)
    old, new = before or Figure(status="-"), after or Figure(status="-")
    return {
        "kind": key[0],
        "row": " ".join(key[1:]),
        "outcome": outcome,
        "changed": outcome == "changed",
        "before": old.value,
        "after": new.value,
        "before_interval": old.interval,
        "after_interval": new.interval,
        "before_n": old.n,
        "after_n": new.n,
        "before_status": old.status,
        "after_status": new.status,
    }


def _outcome(before: Figure | None, after: Figure | None) -> Outcome:
    if after is None:
        return "gone"
    if before is None:
        return "new" if after.value is not None else "failed"
    if before.value is None or after.value is None:
        if before.value is None:
            return "in neither" if after.value is None else "measured"
        return "failed"
    if before.interval is None or after.interval is None:
        return "same" if before.value == after.value else "changed"
    apart = before.interval[1] < after.interval[0] or after.interval[1] < before.interval[0]
    return "changed" if apart else "same"


def worse(compared: Iterable[dict[str, Any]]) -> bool:
    """Tell whether anything changed, failed or is gone: what a gate must not let pass."""
    return any(change["outcome"] in BAD for change in compared)


def printed(compared: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Write what is not the same, and what breakers read, a line each; then how many of each."""
    for change in compared:
        clean = change["kind"] == BREAKER and change["outcome"] == "same"
        if clean or change["outcome"] not in ("same", "in neither"):
            yield _line(change)
    counts = {outcome: sum(c["outcome"] == outcome for c in compared) for outcome in ORDER}
    common = counts["changed"] + counts["same"]
    others = [f"{number} {outcome}" for outcome, number in counts.items() if number]
    others = [text for text in others if not text.endswith((" changed", " same"))]
    yield "; ".join(
        [
            f"{counts['changed']} of {common} common rows differ by more than their 95 % intervals",
            *others,
        ]
    )


def _line(change: dict[str, Any]) -> str:
    before, after = (_shown(change, name) for name in ("before", "after"))
    kind = "" if change["kind"] == "attack" else f"{change['kind']} "
    outcome = "" if change["changed"] else f"{change['outcome']}: "
    return f"{outcome}{kind}{change['row']}: {before} -> {after}"


def _shown(change: dict[str, Any], name: str) -> str:
    if change[name] is None:
        return str(change[f"{name}_status"])
    text = f"{change[name]:.4f}"
    if interval := change[f"{name}_interval"]:
        text += f" ({interval[0]:.4f} to {interval[1]:.4f}, n {change[f'{name}_n']:,})"
    return text
