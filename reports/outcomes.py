"""The rows of a document, found by what they measure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.result import WORST_CASE, ResultRow

TRAINING_RADIUS = 0.1  # what defenses are trained at unless a sweep says otherwise
UNDEFENDED = "none"


@dataclass(frozen=True)
class Series:
    """One line of a figure: an attack as it was made, over its radii."""

    attack: str
    knowledge: str
    source: str
    rows: tuple[ResultRow, ...]

    @property
    def label(self) -> str:
        """Say what a person calls it."""
        if self.attack == WORST_CASE:
            return "worst case of all"
        if self.knowledge == "transfer":
            # made on the same breaker without its defense, unless the source is another one
            same = all(row.breaker == self.source for row in self.rows)
            return f"{self.attack}, transfer" + ("" if same else f" from {self.source}")
        return self.attack if self.knowledge == "white_box" else f"{self.attack}, {self.knowledge}"


def series(rows: Iterable[ResultRow]) -> list[Series]:
    """Give the lines of one (dataset, breaker, defense, norm), the worst case last."""
    found: dict[tuple[str, str, str], list[ResultRow]] = {}
    for row in rows:
        found.setdefault((row.attack, row.knowledge, row.source), []).append(row)
    lines = [
        Series(*key, tuple(sorted(own, key=lambda row: row.epsilon))) for key, own in found.items()
    ]
    return sorted(lines, key=lambda line: line.attack == WORST_CASE)


def groups(document: Document) -> dict[tuple[str, str, str, str], list[ResultRow]]:
    """(dataset, breaker, defense, norm) -> its rows, in the document's order."""
    found: dict[tuple[str, str, str, str], list[ResultRow]] = {}
    for row in document.rows:
        found.setdefault((row.dataset, row.breaker, row.defense, row.norm), []).append(row)
    return found


def chosen_radius(rows: Sequence[ResultRow]) -> float | None:
    """Give the radius to speak of: the one of training if measured, else the middle one.

    Args:
        rows: of one norm.

    Returns:
        A radius above 0; None where there is none.
    """
    radii = sorted({row.epsilon for row in rows if row.epsilon > 0})
    if not radii:
        return None
    return TRAINING_RADIUS if TRAINING_RADIUS in radii else radii[(len(radii) - 1) // 2]


def strongest(rows: Iterable[ResultRow]) -> ResultRow | None:
    """Give the row that leaves the least: the worst case per captcha where it was taken.

    Args:
        rows: of one (dataset, breaker, defense, norm) at one radius.
    """
    measured = [row for row in rows if row.accuracy and row.accuracy.tally.captchas]
    together = [row for row in measured if row.attack == WORST_CASE]
    return min(together or measured, key=_left, default=None)


def _left(row: ResultRow) -> float:
    share = row.accuracy.tally.captcha_accuracy if row.accuracy else None
    return 1.0 if share is None else share
