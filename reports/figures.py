"""Accuracy against epsilon: a figure for each breaker and defense, with its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from harness.results.document import Document
from harness.results.rows.result import ResultRow
from harness.results.tally import percent
from reports import charts
from reports.outcomes import UNDEFENDED, Series, groups, series
from reports.palette import AttackStyles, Style
from reports.rates import Rate, captcha_rate, character_rate, radius

NUMBERS_IN_PAGE = 6000  # rows; beyond it the page would be slow, and results.csv has them all


@dataclass(frozen=True)
class Panel:
    """One drawn chart and its title."""

    title: str
    picture: Markup


@dataclass(frozen=True)
class Number:
    """One row of a figure's table."""

    label: str
    epsilon: str
    status: str
    captcha: Rate | None
    character: Rate | None
    success: str
    ssim: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One (dataset, breaker, defense, norm)."""

    dataset: str
    breaker: str
    defense: str
    norm: str
    captchas: str
    panels: tuple[Panel, ...]
    styles: tuple[Style, ...]
    undrawn: tuple[tuple[str, str], ...]
    numbers: tuple[Number, ...]
    left_out: int


def figures(document: Document) -> list[Figure]:
    """Give all figures in the document's order."""
    styles = AttackStyles(row.attack for row in document.rows)
    made: list[Figure] = []
    room = NUMBERS_IN_PAGE
    for number, (key, rows) in enumerate(groups(document).items()):
        lines = series(rows)
        listed = [_number(line, row) for line in lines for row in line.rows]
        drawn = [line for line in lines if any(_measured(row) for row in line.rows)]
        looks = [styles.style(line) for line in drawn]
        made.append(
            Figure(
                *key,
                captchas=_captchas(rows),
                panels=_panels(f"accuracy-{number}", key, drawn, looks),
                styles=tuple(looks),
                undrawn=tuple(
                    (line.label, line.rows[0].status) for line in lines if line not in drawn
                ),
                numbers=tuple(listed[:room]),
                left_out=max(0, len(listed) - room),
            )
        )
        room = max(0, room - len(listed))
    return made


def defended(breaker: str, defense: str) -> str:
    """Say what a person calls a breaker with its defense."""
    return breaker if defense == UNDEFENDED else f"{breaker} with {defense}"


def _measured(row: ResultRow) -> bool:
    return bool(row.accuracy and row.accuracy.tally.captchas)


def _captchas(rows: Sequence[ResultRow]) -> str:
    counts = sorted({row.accuracy.tally.captchas for row in rows if row.accuracy})
    return " or ".join(f"{count:,}" for count in counts) or "no"


def _panels(
    name: str, key: tuple[str, str, str, str], lines: Sequence[Series], styles: Sequence[Style]
) -> tuple[Panel, ...]:
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
        points = []
        ends = []
        for line, style in zip(lines, styles, strict=True):
            rates = [
                (row.epsilon, rate(row.accuracy))
                for row in line.rows
                if row.accuracy and row.accuracy.tally.captchas
            ]
            points += [
                {
                    "label": style.label,
                    "epsilon": epsilon,
                    "accuracy": one.hits / one.trials,
                    "low": one.interval[0],
                    "high": one.interval[1],
                }
                for epsilon, one in rates
            ]
            (first, start), (last, end) = rates[0], rates[-1]
            ends.append(
                f"{style.label} from {start.shown} at {radius(first)} "
                f"to {end.shown} at {radius(last)}"
            )
        says = (
            f"{title} of {defended(breaker, defense)} on {dataset} against epsilon ({norm}): "
            + "; ".join(ends)
        )
        panels.append(Panel(title, charts.accuracy(f"{name}-{number}", says, points, styles)))
    return tuple(panels)


def _number(line: Series, row: ResultRow) -> Number:
    before = row.clean.right_captchas if row.clean else 0
    return Number(
        label=line.label,
        epsilon=radius(row.epsilon),
        status=row.status if row.status != "ok" or _measured(row) else "not measured",
        captcha=captcha_rate(row.accuracy) if row.accuracy else None,
        character=character_rate(row.accuracy) if row.accuracy else None,
        success="-" if row.newly_wrong is None else percent(row.newly_wrong, before),
        ssim="-" if row.mean_ssim is None else f"{row.mean_ssim:.3f}",
        warnings=row.warnings,
    )
