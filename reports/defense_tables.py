"""What each defense leaves at one radius: attacks made afresh, carried over, and all together."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from harness.results.rows.result import WORST_CASE, ResultRow
from reports.outcomes import UNDEFENDED, chosen_radius, groups
from reports.rates import Rate, captcha_rate, radius

STALE = "transfer"


@dataclass(frozen=True)
class Cell:
    """One figure, or the word for why there is none."""

    rate: Rate | None
    status: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """An attack, afresh or carried over."""

    attack: str
    word: str


@dataclass(frozen=True)
class Line:
    """One defense of one breaker."""

    defense: str
    clean: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class DefenseTable:
    """One breaker at one radius."""

    dataset: str
    breaker: str
    norm: str
    epsilon: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def defense_tables(document: Document) -> list[DefenseTable]:
    """A table per (dataset, breaker, norm) that has attacks."""
    clean = {(one.dataset, one.breaker, one.defense): one for one in document.breakers}
    several: dict[tuple[str, str, str], dict[str, list[ResultRow]]] = {}
    for (dataset, breaker, defense, norm), rows in groups(document).items():
        several.setdefault((dataset, breaker, norm), {})[defense] = rows
    tables = []
    for (dataset, breaker, norm), by_defense in several.items():
        everything = [row for rows in by_defense.values() for row in rows]
        epsilon = chosen_radius(everything)
        if epsilon is None:
            continue
        columns = _columns(everything)
        at_radius = {
            defense: [row for row in rows if row.epsilon == epsilon]
            for defense, rows in by_defense.items()
        }
        ordered = sorted(at_radius, key=lambda defense: defense != UNDEFENDED)
        tables.append(
            DefenseTable(
                dataset,
                breaker,
                norm,
                radius(epsilon),
                tuple(columns),
                tuple(
                    Line(
                        defense,
                        _clean(clean.get((dataset, breaker, defense))),
                        tuple(_cell(at_radius[defense], column) for column in columns),
                    )
                    for defense in ordered
                ),
            )
        )
    return tables


def _columns(rows: Sequence[ResultRow]) -> list[Column]:
    """For each attack 'fresh', and 'stale' where it was carried over; the worst case last."""
    attacks = dict.fromkeys(row.attack for row in rows if row.attack != WORST_CASE)
    carried = {row.attack for row in rows if row.knowledge == STALE}
    columns = []
    for attack in attacks:
        columns.append(Column(attack, "fresh"))
        if attack in carried:
            columns.append(Column(attack, "stale"))
    if any(row.attack == WORST_CASE for row in rows):
        columns.append(Column(WORST_CASE, "per captcha"))
    return columns


def _clean(breaker: BreakerResult | None) -> Cell:
    if breaker is None:
        return Cell(None, "not measured")
    rate = captcha_rate(breaker.accuracy) if breaker.accuracy else None
    word = "not measured" if breaker.status == "ok" and not rate else breaker.status
    return Cell(rate, word, breaker.warnings)


def _cell(rows: Sequence[ResultRow], column: Column) -> Cell:
    stale = column.word == "stale"
    found = [
        row for row in rows if row.attack == column.attack and stale == (row.knowledge == STALE)
    ]
    if not found:
        return Cell(None, "not measured")
    row = found[0]
    if row.accuracy is None:
        return Cell(None, "not measured" if row.status == "ok" else row.status)
    return Cell(captcha_rate(row.accuracy), row.status, row.warnings)
