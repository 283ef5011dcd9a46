"""How often targeted attacks had the breaker read the text that they wanted."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.result import ResultRow
from reports.outcomes import groups, series
from reports.rates import Rate, radius


@dataclass(frozen=True)
class Aimed:
    """One breaker with one defense; a line for each targeted attack, a column for each radius."""

    dataset: str
    breaker: str
    defense: str
    norm: str
    radii: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Rate | None, ...]], ...]
    flags: tuple[tuple[tuple[str, ...], ...], ...] = ()  # of each cell, in the order of the lines


def aimed(document: Document) -> list[Aimed]:
    """A table per (dataset, breaker, defense, norm) that has targeted attacks."""
    tables = []
    for key, rows in groups(document).items():
        targeted = [row for row in rows if row.on_target is not None]
        if not targeted:
            continue
        radii = sorted({row.epsilon for row in targeted})
        lines, flags = [], []
        for line in series(targeted):
            codes = {row.epsilon: row.warnings for row in line.rows}
            flags.append(tuple(codes.get(epsilon, ()) for epsilon in radii))
            rates = {row.epsilon: _rate(row) for row in line.rows}
            lines.append((line.label, tuple(rates.get(epsilon) for epsilon in radii)))
        named = tuple(radius(epsilon) for epsilon in radii)
        tables.append(Aimed(*key, named, tuple(lines), tuple(flags)))
    return tables


def _rate(row: ResultRow) -> Rate | None:
    if row.on_target is None or row.target_interval is None or row.accuracy is None:
        return None
    return Rate(row.on_target, row.accuracy.tally.captchas, row.target_interval)
