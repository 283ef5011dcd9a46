"""How many captchas an attacker must label: accuracy against the number of training captchas."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from harness.results.rows.row import UNDEFENDED
from reports import charts
from reports.palette import Style, numbered_style
from reports.rates import Rate, captcha_rate, character_rate
from reports.titled_chart import TitledChart

FEWEST = 2  # numbers of captchas from which on there is a curve


@dataclass(frozen=True)
class TrainedBreaker:
    """One breaker of a curve; `images` is the number of its training captchas."""

    style: Style
    breaker: str
    images: int
    captcha: Rate
    character: Rate
    seconds: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class LearningCurve:
    """All architectures on one data set."""

    dataset: str
    panel: TitledChart
    breakers: tuple[TrainedBreaker, ...]


@dataclass(frozen=True)
class LearningCurves:
    """A curve for each data set where one architecture has learned from more or fewer captchas."""

    curves: tuple[LearningCurve, ...]


def content(document: Document) -> LearningCurves | None:
    """Draw the learning curves; ready-made readers have not learned here and are left out."""
    trained: dict[str, dict[str, list[BreakerResult]]] = {}
    asked = {(row.dataset, row.breaker) for row in document.free_labels}
    for breaker in document.breakers:
        if (breaker.dataset, breaker.breaker) in asked:
            continue  # its labels are what is easy to read, and have a section of their own
        if breaker.accuracy and breaker.train_images and breaker.defense == UNDEFENDED:
            by_architecture = trained.setdefault(breaker.dataset, {})
            by_architecture.setdefault(breaker.architecture, []).append(breaker)
    curves: list[LearningCurve] = []
    for dataset, by_architecture in trained.items():
        several = {
            architecture: sorted(breakers, key=lambda breaker: breaker.train_images)
            for architecture, breakers in by_architecture.items()
            if len({breaker.train_images for breaker in breakers}) >= FEWEST
        }
        if several:
            curves.append(_curve(f"learning-{len(curves)}", dataset, several))
    return LearningCurves(tuple(curves)) if curves else None


def _curve(name: str, dataset: str, several: dict[str, list[BreakerResult]]) -> LearningCurve:
    breakers = [
        breaker
        for number, (architecture, same) in enumerate(several.items())
        for breaker in _trained(numbered_style(architecture, number), same)
    ]
    styles = list(dict.fromkeys(breaker.style for breaker in breakers))
    points: list[charts.Point] = []
    for style in styles:
        same = [breaker for breaker in breakers if breaker.style == style]
        for images in dict.fromkeys(breaker.images for breaker in same):
            # Trainings repeated at one number: their mean, and all of their intervals.
            rates = [breaker.captcha for breaker in same if breaker.images == images]
            points.append(
                {
                    "label": style.label,
                    "images": images,
                    "accuracy": sum(rate.hits / rate.trials for rate in rates) / len(rates),
                    "low": min(rate.interval[0] for rate in rates),
                    "high": max(rate.interval[1] for rate in rates),
                }
            )
    description = (
        f"Captcha accuracy on {dataset} against the number of training captchas: "
        + "; ".join(f"{b.breaker} {b.captcha.shown} with {b.images:,}" for b in breakers)
    )
    picture = charts.learning(name, description, points, styles)
    return LearningCurve(dataset, TitledChart("Captcha accuracy", picture), tuple(breakers))


def _trained(style: Style, breakers: Sequence[BreakerResult]) -> list[TrainedBreaker]:
    return [
        TrainedBreaker(
            style,
            breaker.breaker,
            breaker.train_images,
            captcha_rate(breaker.accuracy),
            character_rate(breaker.accuracy),
            "-" if breaker.seconds is None else f"{breaker.seconds:,.0f}",
            breaker.warnings,
        )
        for breaker in breakers
        if breaker.accuracy
    ]
