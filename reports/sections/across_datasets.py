"""Who reads what: breakers that read more than one data set, side by side."""

from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from harness.results.rows.row import UNDEFENDED
from reports.rates import Rate, captcha_rate


@dataclass(frozen=True)
class WhoReadsCell:
    """What one breaker reads of one data set; `trained`: it was trained on that data set."""

    rate: Rate | None
    trained: bool
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class WhoReadsLine:
    """One data set: a cell for each breaker."""

    dataset: str
    generator: str
    cells: tuple[WhoReadsCell, ...]


@dataclass(frozen=True)
class WhoReads:
    """Rows: what is read; columns: who reads it."""

    breakers: tuple[str, ...]
    lines: tuple[WhoReadsLine, ...]
    left_out: int


COLUMNS, LINES = 40, 200


def content(document: Document) -> WhoReads | None:
    """Give a matrix, where some breaker reads more than one data set."""
    read: dict[str, dict[str, BreakerResult]] = {}
    for breaker in document.breakers:
        if breaker.defense == UNDEFENDED:
            read.setdefault(breaker.breaker, {})[breaker.dataset] = breaker
    if all(len(datasets) == 1 for datasets in read.values()):
        return None
    several = {name: datasets for name, datasets in read.items() if len(datasets) > 1}
    shown = dict(list((read if len(read) <= COLUMNS else several).items())[:COLUMNS])
    left_out = len(read) - len(shown)
    read = shown
    generators = {data.dataset: data.generator for data in document.datasets}
    lines = tuple(
        WhoReadsLine(
            dataset,
            generators.get(dataset, ""),
            tuple(_cell(datasets.get(dataset)) for datasets in read.values()),
        )
        for dataset in dict.fromkeys(dataset for datasets in read.values() for dataset in datasets)
    )
    return WhoReads(tuple(read), lines[:LINES], left_out)


def _cell(breaker: BreakerResult | None) -> WhoReadsCell:
    """Give a cell without a rate where the breaker was not asked to read the data set."""
    if breaker is None:
        return WhoReadsCell(None, trained=False)
    rate = captcha_rate(breaker.accuracy) if breaker.accuracy else None
    trained = bool(breaker.train_images and not breaker.trained_on)
    return WhoReadsCell(rate, trained, breaker.warnings)
