"""How many captchas an attacker must label: accuracy against the number of training captchas."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from reports import charts
from reports.figures import Panel
from reports.outcomes import UNDEFENDED
from reports.palette import Style, numbered_style
from reports.rates import Rate, captcha_rate, character_rate

FEWEST = 2  # numbers of captchas from which on there is a curve


@dataclass(frozen=True)
class Point:
    """One breaker of a curve."""

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
    panel: Panel
    points: tuple[Point, ...]


def learning_curves(document: Document) -> list[LearningCurve]:
    """A curve for each data set with breakers of one architecture that learned from more or less.

    Args:
        document: what the run found; ready-made readers have not learned here and are left out.
    """
    own: dict[str, dict[str, list[BreakerResult]]] = {}
    for one in document.breakers:
        if one.accuracy and one.train_images and one.defense == UNDEFENDED:
            own.setdefault(one.dataset, {}).setdefault(one.architecture, []).append(one)
    curves: list[LearningCurve] = []
    for dataset, by_architecture in own.items():
        several = {
            architecture: sorted(found, key=lambda one: one.train_images)
            for architecture, found in by_architecture.items()
            if len({one.train_images for one in found}) >= FEWEST
        }
        if several:
            curves.append(_curve(f"learning-{len(curves)}", dataset, several))
    return curves


def _curve(name: str, dataset: str, several: dict[str, list[BreakerResult]]) -> LearningCurve:
    points = [
        point
        for number, (architecture, found) in enumerate(several.items())
        for point in _points(numbered_style(architecture, number), found)
    ]
    drawn = []
    for style in dict.fromkeys(point.style for point in points):
        same = [point for point in points if point.style == style]
        for images in dict.fromkeys(point.images for point in same):
            # Trainings repeated at one number: their mean, and all of their intervals.
            here = [point.captcha for point in same if point.images == images]
            drawn.append(
                {
                    "label": style.label,
                    "images": images,
                    "accuracy": sum(rate.hits / rate.trials for rate in here) / len(here),
                    "low": min(rate.interval[0] for rate in here),
                    "high": max(rate.interval[1] for rate in here),
                }
            )
    says = f"Captcha accuracy on {dataset} against the number of training captchas: " + "; ".join(
        f"{point.breaker} {point.captcha.shown} with {point.images:,}" for point in points
    )
    picture = charts.learning(name, says, drawn, list(dict.fromkeys(p.style for p in points)))
    return LearningCurve(dataset, Panel("Captcha accuracy", picture), tuple(points))


def _points(style: Style, found: Sequence[BreakerResult]) -> list[Point]:
    return [
        Point(
            style,
            one.breaker,
            one.train_images,
            captcha_rate(one.accuracy),
            character_rate(one.accuracy),
            "-" if one.seconds is None else f"{one.seconds:,.0f}",
            one.warnings,
        )
        for one in found
        if one.accuracy
    ]
