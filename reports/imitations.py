"""GANs: how they learned, what they draw, and what a judge makes of it."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.gan import GanRow
from reports import charts
from reports.figures import Panel
from reports.palette import Style, numbered_style
from reports.rates import Rate

LOSSES = {"generator_loss": "generator", "discriminator_loss": "discriminator"}
SPREADS = {"spread": "drawn pictures differ", "told_apart": "told apart from real ones"}


@dataclass(frozen=True)
class Drawing:
    """A figure, and the look of its lines."""

    panel: Panel
    styles: tuple[Style, ...]


@dataclass(frozen=True)
class Imitation:
    """One GAN."""

    row: GanRow
    agreement: Rate | None
    judged: Rate | None
    copies: Rate | None
    distinct: Rate | None
    kid: str
    kid_span: str
    kid_of_real: str
    drawings: tuple[Drawing, ...]


def imitations(document: Document) -> list[Imitation]:
    """Every GAN of the run, in its order."""
    return [_imitation(f"gan-{number}", row) for number, row in enumerate(document.gans)]


def _imitation(name: str, row: GanRow) -> Imitation:
    return Imitation(
        row,
        agreement=_rate(row.agreed, row.drawn, row.agreement_interval),
        judged=_rate(row.judge_right, row.judge_read, row.judge_interval),
        copies=_rate(row.near_copies, row.drawn),
        distinct=_rate(row.distinct, row.drawn),
        kid=_distance(row.kid),
        kid_span=" to ".join(map(_distance, row.kid_interval)) if row.kid_interval else "-",
        kid_of_real=_distance(row.kid_of_real),
        drawings=tuple(_drawings(name, row)),
    )


def _rate(
    hits: int | None, trials: int | None, interval: tuple[float, float] | None = None
) -> Rate | None:
    if hits is None or not trials:
        return None
    return Rate(hits, trials, interval or (hits / trials, hits / trials))


def _distance(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _drawings(name: str, row: GanRow) -> list[Drawing]:
    """Give the losses, and how much the pictures differ, against the epoch."""
    drawings = []
    for number, (title, lines) in enumerate(
        (("Losses", LOSSES), ("Against real pictures", SPREADS))
    ):
        points = [
            {"label": label, "epoch": one["epoch"], "value": one[key]}
            for key, label in lines.items()
            for one in row.history
        ]
        if points:
            styles = tuple(
                numbered_style(label, place) for place, label in enumerate(lines.values())
            )
            says = f"{title} of {row.gan} against epoch"
            picture = charts.training(f"{name}-{number}", says, points, styles, share=False)
            drawings.append(Drawing(Panel(title, picture), styles))
    return drawings
