"""The rows of a document, grouped by what they measure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.result import WORST_CASE, ResultRow
from harness.results.rows.row import UNDEFENDED

TRAINING_RADIUS = 0.1  # what defenses are trained at unless a sweep says otherwise
Group = tuple[str, str, str, str]  # data set, breaker, defense, norm
Groups = Mapping[Group, Sequence[ResultRow]]


@dataclass(frozen=True)
class Series:
    """One line of a figure: an attack as it was carried out, over its radii."""

    attack: str
    knowledge: str
    source: str
    rows: tuple[ResultRow, ...]

    @property
    def label(self) -> str:
        """Name the series for people."""
        if self.attack == WORST_CASE:
            return "worst case of all"
        if self.knowledge == "transfer":
            # made on the same breaker without its defense, unless the source is another one
            same = all(row.breaker == self.source for row in self.rows)
            return f"{self.attack}, transfer" + ("" if same else f" from {self.source}")
        return self.attack if self.knowledge == "white_box" else f"{self.attack}, {self.knowledge}"


def defended(breaker: str, defense: str) -> str:
    """Name a breaker with its defense for people."""
    return breaker if defense == UNDEFENDED else f"{breaker} with {defense}"


def series(rows: Iterable[ResultRow]) -> list[Series]:
    """Give the lines of one (dataset, breaker, defense, norm), the worst case last."""
    curves: dict[tuple[str, str, str], list[ResultRow]] = {}
    for row in rows:
        curves.setdefault((row.attack, row.knowledge, row.source), []).append(row)
    lines = [
        Series(*key, tuple(sorted(curve, key=lambda row: row.epsilon)))
        for key, curve in curves.items()
    ]
    return sorted(lines, key=lambda line: line.attack == WORST_CASE)


def groups(document: Document) -> dict[Group, list[ResultRow]]:
    """Give (dataset, breaker, defense, norm) -> its rows, in the document's order."""
    grouped: dict[Group, list[ResultRow]] = {}
    for row in document.rows:
        grouped.setdefault((row.dataset, row.breaker, row.defense, row.norm), []).append(row)
    return grouped


def chosen_radius(rows: Sequence[ResultRow]) -> float | None:
    """Choose the radius to speak of: the one of training if measured, else the middle one.

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
    """Choose the row that leaves the least: the worst case per captcha where it was taken.

    Args:
        rows: of one (dataset, breaker, defense, norm) at one radius.
    """
    measured = [row for row in rows if row.accuracy and row.accuracy.tally.captchas]
    together = [row for row in measured if row.attack == WORST_CASE]
    return min(together or measured, key=lambda row: row.left, default=None)
