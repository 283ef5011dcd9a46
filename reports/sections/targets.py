"""How often targeted attacks had the breaker read the text that they wanted."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.result import ResultRow
from reports.grouping import Group, Series, groups, series
from reports.rates import Rate, radius


@dataclass(frozen=True)
class TargetCell:
    """How often one attack arrived at one radius; None: not measured."""

    rate: Rate | None
    flags: tuple[str, ...]


@dataclass(frozen=True)
class TargetTable:
    """One breaker with one defense; a line for each targeted attack, a column for each radius."""

    dataset: str
    breaker: str
    defense: str
    norm: str
    radii: tuple[str, ...]
    lines: tuple[tuple[str, tuple[TargetCell, ...]], ...]


@dataclass(frozen=True)
class Targets:
    """A table per (dataset, breaker, defense, norm) that has targeted attacks."""

    tables: tuple[TargetTable, ...]


def content(document: Document) -> Targets | None:
    """Give the tables, if there was a targeted attack."""
    tables = []
    for key, rows in groups(document).items():
        targeted = [row for row in rows if row.on_target is not None]
        if targeted:
            tables.append(_table(key, targeted))
    return Targets(tuple(tables)) if tables else None


def _table(key: Group, rows: Sequence[ResultRow]) -> TargetTable:
    radii = sorted({row.epsilon for row in rows})
    lines = tuple((line.label, _cells(line, radii)) for line in series(rows))
    return TargetTable(*key, tuple(radius(epsilon) for epsilon in radii), lines)


def _cells(line: Series, radii: Sequence[float]) -> tuple[TargetCell, ...]:
    rows = {row.epsilon: row for row in line.rows}
    return tuple(_cell(rows.get(epsilon)) for epsilon in radii)


def _cell(row: ResultRow | None) -> TargetCell:
    if row is None:
        return TargetCell(None, ())
    if row.on_target is None or row.target_interval is None or row.accuracy is None:
        return TargetCell(None, row.warnings)
    rate = Rate(row.on_target, row.accuracy.tally.captchas, row.target_interval)
    return TargetCell(rate, row.warnings)
