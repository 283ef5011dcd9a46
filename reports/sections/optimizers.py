"""Optimizers and losses on one architecture: curves, and three ways to count what is right."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from harness.results.rows.row import UNDEFENDED
from harness.results.tally import percent
from reports import charts
from reports.optimizer_styles import compares_recipes, recipe_styles
from reports.palette import Style
from reports.rates import Rate, captcha_rate, character_rate
from reports.titled_chart import TitledChart

WIDTH = 620  # pixels: there are many lines
VALIDATION = "validation_captcha_accuracy"


@dataclass(frozen=True)
class RecipeEnd:
    """Where one training ended, on the test captchas; `bits`: its accuracy by bits."""

    style: Style
    optimizer: str
    loss: str
    captcha: Rate | None
    character: Rate | None
    bits: str
    status: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """All trainings of one architecture on one data set.

    Attributes:
        dataset: of captchas.
        architecture: of the breakers.
        panel: validation captcha accuracy against epoch; None without a validation split.
        ends: of the trainings.
        bits: of a captcha's one-hot label, where accuracy by bits was counted.
        zeros: accuracy by bits of an answer that is all zeros; empty where it was not counted.
    """

    dataset: str
    architecture: str
    panel: TitledChart | None
    ends: tuple[RecipeEnd, ...]
    bits: int
    zeros: str


@dataclass(frozen=True)
class Comparisons:
    """The comparisons of a run."""

    comparisons: tuple[Comparison, ...]


def content(document: Document) -> Comparisons | None:
    """Compare trainings that differ in their optimizer or loss alone."""
    groups: dict[tuple[str, str], list[BreakerResult]] = {}
    for breaker in document.breakers:
        if breaker.defense == UNDEFENDED and breaker.optimizer and not breaker.trained_on:
            groups.setdefault((breaker.dataset, breaker.architecture), []).append(breaker)
    comparisons = tuple(
        _comparison(f"optimizers-{number}", *group, breakers)
        for number, (group, breakers) in enumerate(groups.items())
        if compares_recipes(breakers)
    )
    return Comparisons(comparisons) if comparisons else None


def _comparison(
    name: str, dataset: str, architecture: str, breakers: Sequence[BreakerResult]
) -> Comparison:
    lines = list(zip(breakers, recipe_styles(breakers), strict=True))
    counted = next((b for b in breakers if b.bits and b.n_captchas and b.alphabet), None)
    bits = counted.bits // counted.n_captchas if counted and counted.bits else 0
    characters = counted.n_characters // counted.n_captchas if counted else 0
    return Comparison(
        dataset,
        architecture,
        _panel(name, dataset, lines),
        tuple(_end(breaker, style) for breaker, style in lines),
        bits,
        percent(bits - characters, bits) if counted else "",
    )


def _panel(
    name: str, dataset: str, lines: Sequence[tuple[BreakerResult, Style]]
) -> TitledChart | None:
    points: list[charts.Point] = [
        {"label": style.label, "epoch": epoch.get("epoch", number), "value": epoch[VALIDATION]}
        for breaker, style in lines
        for number, epoch in enumerate(breaker.history, 1)
        if VALIDATION in epoch
    ]
    if not points:
        return None
    description = f"Validation captcha accuracy against epoch on {dataset}, by optimizer and loss"
    styles = [style for _breaker, style in lines]
    picture = charts.training(name, description, points, styles, share=True, width=WIDTH)
    return TitledChart("Validation captcha accuracy", picture)


def _end(breaker: BreakerResult, style: Style) -> RecipeEnd:
    accuracy = breaker.accuracy
    bits = percent(breaker.right_bits, breaker.bits) if breaker.right_bits and breaker.bits else "-"
    return RecipeEnd(
        style,
        breaker.optimizer,
        breaker.loss.replace("_", " "),
        captcha_rate(accuracy) if accuracy else None,
        character_rate(accuracy) if accuracy else None,
        bits,
        breaker.status,
        breaker.warnings,
    )
