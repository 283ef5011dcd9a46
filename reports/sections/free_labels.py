"""Labels for free: accuracy against the tries that an attacker spends at the site."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.free_labels import FreeLabelsRow
from harness.results.rows.row import UNDEFENDED, Status
from reports import charts
from reports.palette import Style, numbered_style
from reports.rates import Rate, captcha_rate
from reports.titled_chart import TitledChart
from reports.tries_spent import days, on_accepted


@dataclass(frozen=True)
class AskedRound:
    """One breaker after one round; `share`: what the site has accepted in the round."""

    style: Style
    by_hand: str
    round: int
    reader: str
    tries: str
    days: str
    accepted: str
    share: str
    fresh: Rate | None
    seeming: Rate | None
    status: Status
    flags: tuple[str, ...]


@dataclass(frozen=True)
class AskedDataset:
    """All breakers of a data set that let the site label its captchas."""

    dataset: str
    panel: TitledChart | None
    styles: tuple[Style, ...]
    rounds: tuple[AskedRound, ...]


@dataclass(frozen=True)
class FreeLabels:
    """The data sets, and the tries that a page allows a day."""

    tries_per_day: int
    datasets: tuple[AskedDataset, ...]


def content(document: Document) -> FreeLabels | None:
    """Draw a curve for each breaker that learns from what the site accepts."""
    by_dataset: dict[str, list[FreeLabelsRow]] = {}
    for row in document.free_labels:
        by_dataset.setdefault(row.dataset, []).append(row)
    asked = [
        _dataset(f"free-labels-{number}", document, dataset, rows)
        for number, (dataset, rows) in enumerate(by_dataset.items())
    ]
    return FreeLabels(document.tries_per_day, tuple(asked)) if asked else None


def _dataset(
    name: str, document: Document, dataset: str, rows: Sequence[FreeLabelsRow]
) -> AskedDataset:
    by_breaker: dict[str, list[FreeLabelsRow]] = {}
    for row in rows:
        by_breaker.setdefault(row.breaker, []).append(row)
    styles = {breaker: numbered_style(breaker, n) for n, breaker in enumerate(by_breaker)}
    points = [
        point for of_one in by_breaker.values() for point in _points(document, dataset, of_one)
    ]
    panel = None
    if points:
        ends = [each[-1] for each in by_breaker.values() if each[-1].accuracy]
        description = f"Captcha accuracy on {dataset} against tries at the site: " + "; ".join(
            f"{row.breaker} {captcha_rate(row.accuracy).shown} after {row.tries or 0:,}"
            for row in ends
            if row.accuracy
        )
        drawn = {str(point["label"]) for point in points}
        shown = [style for label, style in styles.items() if label in drawn]
        picture = charts.tries(name, description, points, shown, document.tries_per_day)
        panel = TitledChart("Captcha accuracy on fresh captchas", picture)
    rounds = tuple(_round(row, styles[row.breaker]) for row in rows)
    return AskedDataset(dataset, panel, tuple(styles.values()), rounds)


def _points(
    document: Document, dataset: str, rows: Sequence[FreeLabelsRow]
) -> Iterator[charts.Point]:
    """Give the points of a breaker's curve; without labels by hand, the first reader begins it."""
    first = rows[0]
    for breaker in document.breakers:
        names = (breaker.dataset, breaker.breaker, breaker.defense)
        if first.round and breaker.accuracy and names == (dataset, first.reader, UNDEFENDED):
            yield _point(first.breaker, 0, captcha_rate(breaker.accuracy))
    for row in rows:
        if row.accuracy and row.tries is not None:
            yield _point(row.breaker, row.tries, captcha_rate(row.accuracy))


def _point(label: str, tries: int, rate: Rate) -> charts.Point:
    low, high = rate.interval
    accuracy = rate.hits / rate.trials
    return {"label": label, "tries": tries, "accuracy": accuracy, "low": low, "high": high}


def _round(row: FreeLabelsRow, style: Style) -> AskedRound:
    share = "-"
    if row.round_tries and row.round_accepted is not None:
        share = f"{row.round_accepted:,} of {row.round_tries:,}"
    return AskedRound(
        style=style,
        by_hand=f"{row.labels_by_hand:,}",
        round=row.round,
        reader=row.reader or "-",
        tries="-" if row.tries is None else f"{row.tries:,}",
        days="-" if row.days is None else days(row.days) if row.tries else "0 days",
        accepted="-" if row.accepted is None else f"{row.accepted:,}",
        share=share,
        fresh=captcha_rate(row.accuracy) if row.accuracy else None,
        seeming=on_accepted(row),
        status=row.status,
        flags=row.warnings,
    )
