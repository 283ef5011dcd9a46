"""What each defense leaves at one radius: attacks made afresh, carried over, and all together."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from harness.results.rows.result import WORST_CASE, ResultRow
from harness.results.rows.row import UNDEFENDED
from reports.grouping import chosen_radius, groups
from reports.rates import Rate, captcha_rate, radius

TRANSFER = "transfer"  # knowledge of a row whose images were made on another breaker
FRESH, STALE = "fresh", "stale"


@dataclass(frozen=True)
class DefenseCell:
    """One figure, or the status that says why there is none."""

    rate: Rate | None
    status: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class AttackColumn:
    """An attack; `images`: fresh, stale, or the worst case per captcha."""

    attack: str
    images: str


@dataclass(frozen=True)
class DefenseLine:
    """One defense of one breaker."""

    defense: str
    clean: DefenseCell
    cells: tuple[DefenseCell, ...]


@dataclass(frozen=True)
class DefenseTable:
    """One breaker at one radius."""

    dataset: str
    breaker: str
    norm: str
    epsilon: str
    columns: tuple[AttackColumn, ...]
    lines: tuple[DefenseLine, ...]


@dataclass(frozen=True)
class Defenses:
    """A table per (dataset, breaker, norm) that has attacks."""

    tables: tuple[DefenseTable, ...]


def content(document: Document) -> Defenses:
    """Set the defenses of each breaker beside no defense."""
    clean = {(b.dataset, b.breaker, b.defense): b for b in document.breakers}
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
        lines = tuple(
            DefenseLine(
                defense,
                _clean(clean.get((dataset, breaker, defense))),
                tuple(_cell(at_radius[defense], column) for column in columns),
            )
            for defense in sorted(at_radius, key=lambda defense: defense != UNDEFENDED)
        )
        tables.append(DefenseTable(dataset, breaker, norm, radius(epsilon), tuple(columns), lines))
    return Defenses(tuple(tables))


def _columns(rows: Sequence[ResultRow]) -> list[AttackColumn]:
    """Give for each attack 'fresh', and 'stale' where it was carried over; the worst case last."""
    attacks = dict.fromkeys(row.attack for row in rows if row.attack != WORST_CASE)
    carried = {row.attack for row in rows if row.knowledge == TRANSFER}
    columns = []
    for attack in attacks:
        columns.append(AttackColumn(attack, FRESH))
        if attack in carried:
            columns.append(AttackColumn(attack, STALE))
    if any(row.attack == WORST_CASE for row in rows):
        columns.append(AttackColumn(WORST_CASE, "per captcha"))
    return columns


def _clean(breaker: BreakerResult | None) -> DefenseCell:
    if breaker is None:
        return DefenseCell(None, "not measured")
    rate = captcha_rate(breaker.accuracy) if breaker.accuracy else None
    status = "not measured" if breaker.status == "ok" and not rate else breaker.status
    return DefenseCell(rate, status, breaker.warnings)


def _cell(rows: Sequence[ResultRow], column: AttackColumn) -> DefenseCell:
    stale = column.images == STALE
    same = (
        row for row in rows if row.attack == column.attack and stale == (row.knowledge == TRANSFER)
    )
    row = next(same, None)
    if row is None:
        return DefenseCell(None, "not measured")
    if row.accuracy is None:
        return DefenseCell(None, "not measured" if row.status == "ok" else row.status)
    return DefenseCell(captcha_rate(row.accuracy), row.status, row.warnings)
