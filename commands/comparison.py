"""Two runs side by side: what changed, what is gone, what is new, what failed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.metrics import wilson
from harness.results import Document
from harness.tally import Accuracy, Interval, share

Outcome = Literal["changed", "failed", "gone", "new", "measured", "same", "in neither"]
ORDER: tuple[Outcome, ...] = (
    "changed", "failed", "gone", "new", "measured", "same", "in neither",
)  # fmt: skip
BAD = ("changed", "failed", "gone")  # what a gate must not let pass
BREAKER = "breaker"  # the kind of clean rates
Key = tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One figure of a run.

    Attributes:
        value: a share or a distance; None: it was not measured.
        interval: 95 %.
        n: how many captchas it was measured on.
        status: ok, or why it was not measured.
    """

    value: float | None = None
    interval: Interval | None = None
    n: int = 0
    status: str = "ok"

    def __str__(self) -> str:
        """Write it with its interval and n."""
        if self.value is None:
            return self.status
        if self.interval is None:
            return f"{self.value:.4f}"
        low, high = self.interval
        return f"{self.value:.4f} ({low:.4f} to {high:.4f}, n {self.n:,})"


ABSENT = Figure(status="-")  # of a run that was not asked for it


def figures(document: Document) -> dict[Key, Figure]:
    """List every rate of a run that has an interval, by its kind and names."""
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


@dataclass(frozen=True)
class Change:
    """One figure of two runs, and what became of it.

    Attributes:
        kind: of the figure: breaker, attack, ...
        row: the names that tell the figure from others of its kind.
        outcome: changed (the 95 % intervals part), failed (not measured after), gone (not asked
            for after), new, measured (only after, though it was asked for before), same, or in
            neither (asked for, never measured).
        before: the figure in the first run.
        after: the figure in the second run.
    """

    kind: str
    row: str
    outcome: Outcome
    before: Figure
    after: Figure

    def as_json(self) -> dict[str, object]:
        """Give it for programs."""
        return {
            "kind": self.kind,
            "row": self.row,
            "outcome": self.outcome,
            "changed": self.outcome == "changed",
            "before": self.before.value,
            "after": self.after.value,
            "before_interval": self.before.interval,
            "after_interval": self.after.interval,
            "before_n": self.before.n,
            "after_n": self.after.n,
            "before_status": self.before.status,
            "after_status": self.after.status,
        }

    def __str__(self) -> str:
        """Write it in a line."""
        kind = "" if self.kind == "attack" else f"{self.kind} "
        outcome = "" if self.outcome == "changed" else f"{self.outcome}: "
        return f"{outcome}{kind}{self.row}: {self.before} -> {self.after}"


@dataclass(frozen=True)
class Comparison:
    """All figures of two runs side by side, those that matter first."""

    changes: Sequence[Change]

    @property
    def is_worse(self) -> bool:
        """Tell whether any figure changed, failed or is gone."""
        return any(change.outcome in BAD for change in self.changes)

    def as_json(self) -> list[dict[str, object]]:
        """Give a row for each figure."""
        return [change.as_json() for change in self.changes]

    def as_text(self) -> str:
        """Write what is not the same, and what breakers read, a line each; then their numbers."""
        lines = [str(change) for change in self.changes if _is_shown(change)]
        counts = Counter(change.outcome for change in self.changes)
        common = counts["changed"] + counts["same"]
        differ = (
            f"{counts['changed']} of {common} common rows differ by more than their 95 % intervals"
        )
        others = [outcome for outcome in ORDER if outcome not in ("changed", "same")]
        numbers = [f"{counts[outcome]} {outcome}" for outcome in others if counts[outcome]]
        return "\n".join([*lines, "; ".join([differ, *numbers])])


def _is_shown(change: Change) -> bool:
    """Tell whether a figure has a line of its own in the text."""
    clean = change.kind == BREAKER and change.outcome == "same"
    return clean or change.outcome not in ("same", "in neither")


def compared(first: Document, second: Document) -> Comparison:
    """Compare every figure of either run.

    Args:
        first: the earlier run.
        second: the later run.
    """
    before, after = figures(first), figures(second)
    changes = [
        Change(
            kind=key[0],
            row=" ".join(key[1:]),
            outcome=_outcome(before.get(key), after.get(key)),
            before=before.get(key, ABSENT),
            after=after.get(key, ABSENT),
        )
        for key in dict.fromkeys((*before, *after))
    ]
    return Comparison(sorted(changes, key=lambda c: (ORDER.index(c.outcome), c.kind, c.row)))


def _outcome(before: Figure | None, after: Figure | None) -> Outcome:
    """Tell what became of a figure; None: the run was not asked for it."""
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
