"""Transfer attacks: images made on one breaker and read by others, a matrix for each."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.result import ResultRow
from harness.results.rows.row import UNDEFENDED
from reports.grouping import chosen_radius
from reports.rates import Rate, captcha_rate, radius

SHOWN = 40  # breakers on either side of a matrix; results.csv has all
DIRECT = ("white_box", "transfer")


@dataclass(frozen=True)
class TransferCell:
    """What one breaker reads of the images made on another; None: not measured."""

    reader: str
    rate: Rate | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class TransferMatrix:
    """Rows: made on; columns: read by."""

    dataset: str
    attack: str
    norm: str
    epsilon: str
    readers: tuple[str, ...]
    lines: tuple[tuple[str, tuple[TransferCell, ...]], ...]


@dataclass(frozen=True)
class Transfers:
    """A matrix for each (data set, attack) whose images were read by another breaker."""

    matrices: tuple[TransferMatrix, ...]


def content(document: Document) -> Transfers | None:
    """Give the matrices, if images were read by another breaker."""
    by_attack: dict[tuple[str, str, str], list[ResultRow]] = {}
    for row in document.rows:
        if row.defense == UNDEFENDED and row.knowledge in DIRECT:
            by_attack.setdefault((row.dataset, row.attack, row.norm), []).append(row)
    matrices = tuple(
        _matrix(key, rows, epsilon)
        for key, rows in by_attack.items()
        if any(row.source != row.breaker for row in rows) and (epsilon := chosen_radius(rows))
    )
    return Transfers(matrices) if matrices else None


def _matrix(key: tuple[str, str, str], rows: list[ResultRow], epsilon: float) -> TransferMatrix:
    measured = [row for row in rows if row.epsilon == epsilon]
    sources = list(dict.fromkeys(row.source for row in measured))[:SHOWN]
    readers = tuple(dict.fromkeys(row.breaker for row in measured))[:SHOWN]
    read = {(row.source, row.breaker): row for row in measured}
    lines = tuple(
        (source, tuple(_cell(reader, read.get((source, reader))) for reader in readers))
        for source in sources
    )
    return TransferMatrix(*key, radius(epsilon), readers, lines)


def _cell(reader: str, row: ResultRow | None) -> TransferCell:
    if row is None:
        return TransferCell(reader, None)
    return TransferCell(reader, captcha_rate(row.accuracy) if row.accuracy else None, row.warnings)
