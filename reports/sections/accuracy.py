"""Accuracy against epsilon: a figure for each breaker and defense, with its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.prediction import AttackedReading
from harness.results.rows.result import ResultRow
from harness.results.tables import attacked_files
from harness.results.tally import percent
from reports import charts
from reports.grouping import Group, Series, defended, groups, series
from reports.palette import AttackStyles, Style
from reports.rates import Rate, captcha_rate, character_rate, radius
from reports.sections.samples import sheet_names
from reports.titled_chart import TitledChart

NUMBERS_IN_PAGE = 6000  # rows; beyond it the page would be slow, and results.csv has them all


@dataclass(frozen=True)
class FigureRow:
    """One row of a figure's table."""

    label: str
    epsilon: str
    status: str
    captcha: Rate | None
    character: Rate | None
    success: str
    ssim: str
    warnings: tuple[str, ...]
    file: str
    sheet: str


@dataclass(frozen=True)
class Figure:
    """One (dataset, breaker, defense, norm).

    Attributes:
        undrawn: label and status of the attacks that have no line.
        left_out: rows that are not in the page.
    """

    dataset: str
    breaker: str
    defense: str
    norm: str
    captchas: str
    panels: tuple[TitledChart, ...]
    styles: tuple[Style, ...]
    undrawn: tuple[tuple[str, str], ...]
    rows: tuple[FigureRow, ...]
    left_out: int


@dataclass(frozen=True)
class AccuracyFigures:
    """All figures, in the document's order."""

    figures: tuple[Figure, ...]


def content(document: Document) -> AccuracyFigures:
    """Draw a figure for each (dataset, breaker, defense, norm)."""
    styles = AttackStyles(row.attack for row in document.rows)
    figures: list[Figure] = []
    room = NUMBERS_IN_PAGE
    links = _Links(document)
    for number, (key, rows) in enumerate(groups(document).items()):
        lines = series(rows)
        listed = [_row(line, row, links) for line in lines for row in line.rows]
        drawn = [line for line in lines if any(_measured(row) for row in line.rows)]
        looks = [styles.style(line) for line in drawn]
        figures.append(
            Figure(
                *key,
                captchas=_captchas(rows),
                panels=_panels(f"accuracy-{number}", key, drawn, looks),
                styles=tuple(looks),
                undrawn=tuple(
                    (line.label, line.rows[0].status) for line in lines if line not in drawn
                ),
                rows=tuple(listed[:room]),
                left_out=max(0, len(listed) - room),
            )
        )
        room = max(0, room - len(listed))
    return AccuracyFigures(tuple(figures))


class _Links:
    """Where a row's captchas are: the CSV file with each, and a sheet with pictures of some."""

    def __init__(self, document: Document) -> None:
        self.files = {_key(each): path for path, each in attacked_files(document).items()}
        self.sheets = sheet_names(document)

    def sheet(self, row: ResultRow) -> str:
        """Give the id of the sheet of a direct attack; empty where the page has none."""
        key = (row.dataset, row.breaker, row.defense, row.attack, row.epsilon)
        return "" if row.knowledge == "transfer" else self.sheets.get(key, "")


def _key(row: ResultRow | AttackedReading) -> tuple[object, ...]:
    return (
        row.dataset, row.breaker, row.defense, row.attack, row.knowledge, row.source, row.norm,
        row.epsilon,
    )  # fmt: skip


def _measured(row: ResultRow) -> bool:
    return bool(row.accuracy and row.accuracy.tally.captchas)


def _captchas(rows: Sequence[ResultRow]) -> str:
    counts = sorted({row.accuracy.tally.captchas for row in rows if row.accuracy})
    return " or ".join(f"{count:,}" for count in counts) or "no"


def _panels(
    name: str, key: Group, lines: Sequence[Series], styles: Sequence[Style]
) -> tuple[TitledChart, ...]:
    if not lines:
        return ()
    dataset, breaker, defense, norm = key
    measured = [row for line in lines for row in line.rows if row.accuracy]
    single = all(row.accuracy.tally.length == 1 for row in measured if row.accuracy)
    kinds = [("Accuracy", captcha_rate)] if single else [
        ("Captcha accuracy, all characters right", captcha_rate),
        ("Character accuracy", character_rate),
    ]  # fmt: skip
    panels = []
    for number, (title, rate) in enumerate(kinds):
        points: list[charts.Point] = []
        ends = []
        for line, style in zip(lines, styles, strict=True):
            rates = [
                (row.epsilon, rate(row.accuracy))
                for row in line.rows
                if row.accuracy and row.accuracy.tally.captchas
            ]
            points += [_point(style.label, *at_radius) for at_radius in rates]
            (first, start), (last, end) = rates[0], rates[-1]
            ends.append(
                f"{style.label} from {start.shown} at {radius(first)} "
                f"to {end.shown} at {radius(last)}"
            )
        description = (
            f"{title} of {defended(breaker, defense)} on {dataset} against epsilon ({norm}): "
            + "; ".join(ends)
        )
        picture = charts.accuracy(f"{name}-{number}", description, points, styles)
        panels.append(TitledChart(title, picture))
    return tuple(panels)


def _point(label: str, epsilon: float, rate: Rate) -> charts.Point:
    return {
        "label": label,
        "epsilon": epsilon,
        "accuracy": rate.hits / rate.trials,
        "low": rate.interval[0],
        "high": rate.interval[1],
    }


def _row(line: Series, row: ResultRow, links: _Links) -> FigureRow:
    before = row.clean.right_captchas if row.clean else 0
    return FigureRow(
        label=line.label,
        epsilon=radius(row.epsilon),
        status=row.status if row.status != "ok" or _measured(row) else "not measured",
        captcha=captcha_rate(row.accuracy) if row.accuracy else None,
        character=character_rate(row.accuracy) if row.accuracy else None,
        success="-" if row.newly_wrong is None else percent(row.newly_wrong, before),
        ssim="-" if row.mean_ssim is None else f"{row.mean_ssim:.3f}",
        warnings=row.warnings,
        file=links.files.get(_key(row), ""),
        sheet=links.sheet(row),
    )
