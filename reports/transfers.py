"""Images made on one breaker and read by others: a matrix for each attack."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.result import ResultRow
from reports.outcomes import UNDEFENDED, chosen_radius
from reports.rates import Rate, captcha_rate, radius

DIRECT = ("white_box", "transfer")


@dataclass(frozen=True)
class Matrix:
    """Rows: made on; columns: read by. None where nothing was measured."""

    dataset: str
    attack: str
    norm: str
    epsilon: str
    readers: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Rate | None, ...]], ...]
    flags: tuple[tuple[tuple[str, ...], ...], ...] = ()  # of each cell, in the order of the lines


def transfers(document: Document) -> list[Matrix]:
    """A matrix for each (data set, attack) whose images were read by another breaker."""
    own: dict[tuple[str, str, str], list[ResultRow]] = {}
    for row in document.rows:
        if row.defense == UNDEFENDED and row.knowledge in DIRECT:
            own.setdefault((row.dataset, row.attack, row.norm), []).append(row)
    return [
        _matrix(key, rows)
        for key, rows in own.items()
        if any(row.source != row.breaker for row in rows) and chosen_radius(rows)
    ]


def _matrix(key: tuple[str, str, str], rows: list[ResultRow]) -> Matrix:
    epsilon = chosen_radius(rows) or 0.0
    here = [row for row in rows if row.epsilon == epsilon]
    sources = dict.fromkeys(row.source for row in here)
    readers = tuple(dict.fromkeys(row.breaker for row in here))
    left = {(row.source, row.breaker): row for row in here}

    def rate(source: str, reader: str) -> Rate | None:
        row = left.get((source, reader))
        return captcha_rate(row.accuracy) if row and row.accuracy else None

    def flags(source: str, reader: str) -> tuple[str, ...]:
        row = left.get((source, reader))
        return row.warnings if row else ()

    return Matrix(
        *key,
        radius(epsilon),
        readers,
        tuple((source, tuple(rate(source, reader) for reader in readers)) for source in sources),
        tuple(tuple(flags(source, reader) for reader in readers) for source in sources),
    )
