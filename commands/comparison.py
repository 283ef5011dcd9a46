"""Two runs side by side: what changed, what is gone, what is new, what failed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from commands.figures import BREAKER, Figure, figures
from harness.results.document import Document

Outcome = Literal["changed", "failed", "gone", "new", "measured", "same", "in neither"]
ORDER: tuple[Outcome, ...] = (
    "changed", "failed", "gone", "new", "measured", "same", "in neither",
)  # fmt: skip
BAD = ("changed", "failed", "gone")  # what a gate must not let pass
ABSENT = Figure(status="-")  # of a run that was not asked for it


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
