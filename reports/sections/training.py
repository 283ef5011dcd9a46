"""How breakers learned: one line per training of the same data set, and a table of their ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from harness.results.document import BreakerResult, Document
from harness.results.rows.row import UNDEFENDED
from harness.results.tally import rounded_percentage
from reports import charts
from reports.grouping import defended
from reports.optimizer_styles import compares_recipes, recipe_styles
from reports.palette import Style, numbered_style
from reports.titled_chart import TitledChart

VALIDATION, LOSS = "validation_captcha_accuracy", "loss"
MEASURES = (("Validation captcha accuracy", VALIDATION, True), ("Training loss", LOSS, False))
ROBUST_MEASURES = (  # of robust trainings, against the minutes that they took
    ("Validation captchas that hold under PGD", "validation_robust_accuracy"),
    ("Validation captchas that are certified", "validation_certified_accuracy"),
)


@dataclass(frozen=True)
class TrainingEnd:
    """Where one training ended."""

    style: Style
    epochs: int
    final: str
    best: str
    best_epoch: str
    loss: str
    seconds: str


@dataclass(frozen=True)
class DatasetTrainings:
    """All trainings on one data set; `validated`: it has a validation split."""

    dataset: str
    styles: tuple[Style, ...]
    panels: tuple[TitledChart, ...]
    ends: tuple[TrainingEnd, ...]
    validated: bool


@dataclass(frozen=True)
class Trainings:
    """The trainings of a run, by data set."""

    datasets: tuple[DatasetTrainings, ...]


def content(document: Document) -> Trainings:
    """Draw a figure for each data set whose breakers have a history."""
    by_dataset: dict[str, list[BreakerResult]] = {}
    for breaker in _trained(document):
        by_dataset.setdefault(breaker.dataset, []).append(breaker)
    return Trainings(
        tuple(
            _trainings(f"training-{number}", dataset, breakers)
            for number, (dataset, breakers) in enumerate(by_dataset.items())
        )
    )


def _trained(document: Document) -> list[BreakerResult]:
    """Choose the breakers with a history of their own: a filter before one trains nothing."""
    plain = {
        (breaker.dataset, breaker.breaker): breaker.history
        for breaker in document.breakers
        if breaker.defense == UNDEFENDED
    }
    return [
        breaker
        for breaker in document.breakers
        if breaker.history
        and (
            breaker.defense == UNDEFENDED
            or breaker.history != plain.get((breaker.dataset, breaker.breaker))
        )
    ]


def _trainings(name: str, dataset: str, breakers: Sequence[BreakerResult]) -> DatasetTrainings:
    styles = (
        recipe_styles(breakers)
        if compares_recipes(breakers)
        else [
            numbered_style(defended(breaker.breaker, breaker.defense), number)
            for number, breaker in enumerate(breakers)
        ]
    )
    lines = list(zip(breakers, styles, strict=True))
    return DatasetTrainings(
        dataset,
        tuple(styles),
        (*_against_epochs(name, dataset, lines), *_against_minutes(name, dataset, lines)),
        tuple(_end(breaker, style) for breaker, style in lines),
        any(VALIDATION in epoch for breaker in breakers for epoch in breaker.history),
    )


def _against_epochs(
    name: str, dataset: str, lines: Sequence[tuple[BreakerResult, Style]]
) -> Iterator[TitledChart]:
    for number, (title, key, share) in enumerate(MEASURES):
        points: list[charts.Point] = [
            {"label": style.label, "epoch": epoch.get("epoch", position), "value": epoch[key]}
            for breaker, style in lines
            for position, epoch in enumerate(breaker.history, 1)
            if key in epoch
        ]
        if points:
            description = f"{title} against epoch on {dataset}: " + "; ".join(
                f"{style.label} ends at {_final(breaker, key, share)}" for breaker, style in lines
            )
            styles = [style for _breaker, style in lines]
            picture = charts.training(f"{name}-{number}", description, points, styles, share)
            yield TitledChart(title, picture)


def _against_minutes(
    name: str, dataset: str, lines: Sequence[tuple[BreakerResult, Style]]
) -> Iterator[TitledChart]:
    """Draw what robust trainings reached, against their minutes."""
    for number, (title, key) in enumerate(ROBUST_MEASURES):
        points: list[charts.Point] = [
            {"label": style.label, "minutes": minutes, "value": epoch[key]}
            for breaker, style in lines
            for epoch, minutes in zip(breaker.history, _minutes(breaker), strict=True)
            if key in epoch
        ]
        if points:
            description = f"{title} against minutes on {dataset}: " + "; ".join(
                f"{style.label} ends at {_final(breaker, key, True)}"
                for breaker, style in lines
                if key in breaker.history[-1]
            )
            styles = [style for _breaker, style in lines]
            picture = charts.held(f"{name}-held-{number}", description, points, styles)
            yield TitledChart(title, picture)


def _minutes(breaker: BreakerResult) -> list[float]:
    """Give the minutes of training until the end of each epoch."""
    return list(accumulate(epoch.get("seconds", 0.0) / 60 for epoch in breaker.history))


def _final(breaker: BreakerResult, key: str, share: bool) -> str:
    """Give a measure after the last epoch; `share`: it is a rate in [0, 1]."""
    value = breaker.history[-1].get(key)
    if value is None:
        return "-"
    return _share(value) if share else f"{value:.4g}"


def _share(value: float) -> str:
    """Show a validation accuracy with one digit: how many captchas are behind it is not kept."""
    return f"{rounded_percentage(100 * value)} %"


def _end(breaker: BreakerResult, style: Style) -> TrainingEnd:
    validated = [
        (epoch[VALIDATION], int(epoch.get("epoch", position)))
        for position, epoch in enumerate(breaker.history, 1)
        if VALIDATION in epoch
    ]
    best = max(validated, key=lambda epoch: (epoch[0], -epoch[1]), default=None)
    seconds = [epoch["seconds"] for epoch in breaker.history if "seconds" in epoch]
    return TrainingEnd(
        style,
        epochs=len(breaker.history),
        final=_final(breaker, VALIDATION, True),
        best=_share(best[0]) if best else "-",
        best_epoch=str(best[1]) if best else "-",
        loss=_final(breaker, LOSS, False),
        seconds=f"{sum(seconds):,.1f}" if seconds else "-",
    )
