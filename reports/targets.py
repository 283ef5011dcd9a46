"""How often targeted attacks had the breaker read the text that they wanted."""

from dataclasses import dataclass

from harness.results import Document
from harness.rows.result import ResultRow
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


def aimed(document: Document) -> list[Aimed]:
    """A table per (dataset, breaker, defense, norm) that has targeted attacks."""
    tables = []
    for key, rows in groups(document).items():
        targeted = [row for row in rows if row.on_target is not None]
        if not targeted:
            continue
        radii = sorted({row.epsilon for row in targeted})
        lines = []
        for line in series(targeted):
            rates = {row.epsilon: _rate(row) for row in line.rows}
            lines.append((line.label, tuple(rates.get(epsilon) for epsilon in radii)))
        tables.append(Aimed(*key, tuple(radius(epsilon) for epsilon in radii), tuple(lines)))
    return tables


def _rate(row: ResultRow) -> Rate | None:
    if row.on_target is None or row.target_interval is None or row.accuracy is None:
        return None
    return Rate(row.on_target, row.accuracy.tally.captchas, row.target_interval)
