"""How breakers learned: one line per training of the same data set, and a table of their ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from harness.results.document import BreakerResult, Document
from reports import charts
from reports.figures import Panel, defended
from reports.outcomes import UNDEFENDED
from reports.palette import Style, numbered_style

VALIDATION, LOSS = "validation_captcha_accuracy", "loss"
MEASURES = (("Validation captcha accuracy", VALIDATION, True), ("Training loss", LOSS, False))
HELD = (  # of robust trainings, against the minutes that they took
    ("Validation captchas that hold under PGD", "validation_robust_accuracy"),
    ("Validation captchas that are certified", "validation_certified_accuracy"),
)


@dataclass(frozen=True)
class End:
    """Where one training ended."""

    style: Style
    epochs: int
    final: str
    best: str
    best_epoch: str
    loss: str
    seconds: str


@dataclass(frozen=True)
class Training:
    """All trainings on one data set."""

    dataset: str
    panels: tuple[Panel, ...]
    ends: tuple[End, ...]
    validated: bool


def trainings(document: Document) -> list[Training]:
    """A figure for each data set whose breakers have a history."""
    own: dict[str, list[BreakerResult]] = {}
    for breaker in _trained(document):
        own.setdefault(breaker.dataset, []).append(breaker)
    return [
        _training(f"training-{number}", dataset, breakers)
        for number, (dataset, breakers) in enumerate(own.items())
    ]


def _trained(document: Document) -> list[BreakerResult]:
    """Breakers with a history of their own: a filter before a breaker trains nothing."""
    plain = {
        (one.dataset, one.breaker): one.history
        for one in document.breakers
        if one.defense == UNDEFENDED
    }
    return [
        one
        for one in document.breakers
        if one.history
        and (one.defense == UNDEFENDED or one.history != plain.get((one.dataset, one.breaker)))
    ]


def _training(name: str, dataset: str, breakers: Sequence[BreakerResult]) -> Training:
    styles = [
        numbered_style(defended(one.breaker, one.defense), number)
        for number, one in enumerate(breakers)
    ]
    panels = []
    for number, (title, key, share) in enumerate(MEASURES):
        points = [
            {"label": style.label, "epoch": row.get("epoch", place), "value": row[key]}
            for one, style in zip(breakers, styles, strict=True)
            for place, row in enumerate(one.history, 1)
            if key in row
        ]
        if points:
            says = f"{title} against epoch on {dataset}: " + "; ".join(
                f"{style.label} ends at {_shown(one, key, share)}"
                for one, style in zip(breakers, styles, strict=True)
            )
            picture = charts.training(f"{name}-{number}", says, points, styles, share)
            panels.append(Panel(title, picture))
    panels += _held(name, dataset, breakers, styles)
    return Training(
        dataset,
        tuple(panels),
        tuple(_end(one, style) for one, style in zip(breakers, styles, strict=True)),
        any(VALIDATION in row for one in breakers for row in one.history),
    )


def _held(
    name: str, dataset: str, breakers: Sequence[BreakerResult], styles: Sequence[Style]
) -> Iterator[Panel]:
    """Say what robust trainings reached, against their minutes."""
    for number, (title, key) in enumerate(HELD):
        points = [
            {"label": style.label, "minutes": minutes, "value": row[key]}
            for one, style in zip(breakers, styles, strict=True)
            for row, minutes in zip(one.history, _minutes(one), strict=True)
            if key in row
        ]
        if points:
            says = f"{title} against minutes on {dataset}: " + "; ".join(
                f"{style.label} ends at {_shown(one, key, True)}"
                for one, style in zip(breakers, styles, strict=True)
                if key in one.history[-1]
            )
            picture = charts.held(f"{name}-held-{number}", says, points, styles)
            yield Panel(title, picture)


def _minutes(breaker: BreakerResult) -> list[float]:
    """Minutes of training until the end of each epoch."""
    return list(accumulate(row.get("seconds", 0.0) / 60 for row in breaker.history))


def _shown(breaker: BreakerResult, key: str, share: bool) -> str:
    value = breaker.history[-1].get(key)
    if value is None:
        return "-"
    return _share(value) if share else f"{value:.4g}"


def _share(value: float) -> str:
    """A validation accuracy; how many captchas are behind it is not kept, so no more digits."""
    shown = round(100 * value, 1)
    shown = min(shown, 99.9) if value < 1 else shown
    return f"{max(shown, 0.1) if value > 0 else shown:.1f} %"


def _end(breaker: BreakerResult, style: Style) -> End:
    measured = [
        (row[VALIDATION], int(row.get("epoch", place)))
        for place, row in enumerate(breaker.history, 1)
        if VALIDATION in row
    ]
    best = max(measured, key=lambda one: (one[0], -one[1]), default=None)
    seconds = [row["seconds"] for row in breaker.history if "seconds" in row]
    return End(
        style,
        epochs=len(breaker.history),
        final=_shown(breaker, VALIDATION, True),
        best=_share(best[0]) if best else "-",
        best_epoch=str(best[1]) if best else "-",
        loss=_shown(breaker, LOSS, False),
        seconds=f"{sum(seconds):,.1f}" if seconds else "-",
    )
