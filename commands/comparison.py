"""Two runs side by side: what changed, what is gone, what is new, what failed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from commands.figures import BREAKER, Figure, Key, figures
from harness.paired import mcnemar
from harness.results.document import Document
from harness.results.rows.prediction import Predictions
from harness.two_rates import fisher, holm

Outcome = Literal["changed", "failed", "gone", "new", "measured", "same", "in neither"]
ORDER: tuple[Outcome, ...] = (
    "changed", "failed", "gone", "new", "measured", "same", "in neither",
)  # fmt: skip
BAD = ("changed", "failed", "gone")  # what a gate must not let pass
ABSENT = Figure(status="-")  # of a run that was not asked for it
LEVEL = 0.05  # of all tests together
Test = Literal["McNemar", "Fisher", ""]


@dataclass(frozen=True)
class Change:
    """One figure of two runs, and what became of it.

    Attributes:
        kind: of the figure: breaker, attack, ...
        row: the names that tell the figure from others of its kind.
        outcome: changed (by more than chance), failed (not measured after), gone (not asked
            for after), new, measured (only after, though it was asked for before), same, or in
            neither (asked for, never measured).
        before: the figure in the first run.
        after: the figure in the second run.
        test: of the difference: McNemar's, where both runs read the same captchas, else Fisher's;
            empty where no captchas are counted, and intervals that part are a change.
        chance: how likely so large a difference is by chance, of this figure alone.
        adjusted: the same for all figures that are tested together, by Holm.
    """

    kind: str
    row: str
    outcome: Outcome
    before: Figure
    after: Figure
    test: Test = ""
    chance: float | None = None
    adjusted: float | None = None

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
            "test": self.test,
            "p": self.chance,
            "p_holm": self.adjusted,
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
    before: Document
    after: Document

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
        return "\n".join([*lines, self.numbers])

    @property
    def numbers(self) -> str:
        """Count the outcomes in a line."""
        counts = Counter(change.outcome for change in self.changes)
        common = counts["changed"] + counts["same"]
        differ = f"{counts['changed']} of {common} common rows differ by more than chance"
        others = [outcome for outcome in ORDER if outcome not in ("changed", "same")]
        numbers = [f"{counts[outcome]} {outcome}" for outcome in others if counts[outcome]]
        return "; ".join([differ, *numbers])


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
    read_before, read_after = _read(first), _read(second)
    changes = [
        _tested(
            Change(
                kind=key[0],
                row=" ".join(key[1:]),
                outcome=_outcome(before.get(key), after.get(key)),
                before=before.get(key, ABSENT),
                after=after.get(key, ABSENT),
            ),
            read_before.get(key),
            read_after.get(key),
        )
        for key in dict.fromkeys((*before, *after))
    ]
    ranked = sorted(_adjusted(changes), key=lambda c: (ORDER.index(c.outcome), c.kind, c.row))
    return Comparison(ranked, first, second)


def _read(document: Document) -> Mapping[Key, Predictions]:
    """Give what each breaker has read of each clean captcha, by the key of its figure."""
    return {
        (BREAKER, row.dataset, row.breaker, row.defense): row.predictions
        for row in document.breakers
        if row.predictions
    }


def _tested(change: Change, before: Predictions | None, after: Predictions | None) -> Change:
    """Test a figure that both runs have, captcha by captcha where they read the same ones."""
    if change.outcome not in ("same", "changed"):
        return change
    if _are_pairs(change, before, after) and before and after:
        first, second = np.array(before.match), np.array(after.match)
        chance = min(1.0, 2 * min(mcnemar(first, second), mcnemar(second, first)))
        return replace(change, test="McNemar", chance=chance)
    first_counts, second_counts = _counts(change.before), _counts(change.after)
    if first_counts is None or second_counts is None:
        return change
    return replace(change, test="Fisher", chance=fisher(first_counts, second_counts))


def _are_pairs(change: Change, before: Predictions | None, after: Predictions | None) -> bool:
    """Tell whether two readings are of the same captchas, all that the figures count."""
    return (
        before is not None
        and after is not None
        and len(before.files) == change.before.n == change.after.n
        and (before.files, before.targets) == (after.files, after.targets)
    )


def _counts(figure: Figure) -> tuple[int, int] | None:
    """Give hits and trials of a share; None of what is no share of captchas."""
    if figure.value is None or not figure.n or not figure.is_share:
        return None
    return round(figure.value * figure.n), figure.n


def _adjusted(changes: Sequence[Change]) -> list[Change]:
    """Judge all tested figures together: the more there are, the further one must lie off."""
    tested = [change for change in changes if change.chance is not None]
    adjusted = holm([change.chance or 0.0 for change in tested])
    judged = {
        (change.kind, change.row): replace(
            change, adjusted=chance, outcome="changed" if chance < LEVEL else "same"
        )
        for change, chance in zip(tested, adjusted, strict=True)
    }
    return [judged.get((change.kind, change.row), change) for change in changes]


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
