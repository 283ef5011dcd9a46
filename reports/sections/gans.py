"""GANs: how they learned, what they draw, and what a judge makes of it."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.gan import GanRow
from harness.results.tally import Interval
from reports import charts
from reports.palette import Style, numbered_style
from reports.rates import Rate
from reports.titled_chart import TitledChart

LOSSES = {"generator_loss": "generator", "discriminator_loss": "discriminator"}
SPREADS = {"spread": "drawn pictures differ", "told_apart": "told apart from real ones"}


@dataclass(frozen=True)
class TrainingChart:
    """A figure of a GAN's training, and the look of its lines."""

    panel: TitledChart
    styles: tuple[Style, ...]


@dataclass(frozen=True)
class GanSummary:
    """One GAN."""

    row: GanRow
    agreement: Rate | None
    judged: Rate | None
    copies: Rate | None
    distinct: Rate | None
    kid: str
    kid_span: str
    kid_of_real: str
    charts: tuple[TrainingChart, ...]


@dataclass(frozen=True)
class Gans:
    """Every GAN of the run, in its order."""

    gans: tuple[GanSummary, ...]


def content(document: Document) -> Gans | None:
    """Sum up the GANs, if there are any."""
    gans = tuple(_summary(f"gan-{number}", row) for number, row in enumerate(document.gans))
    return Gans(gans) if gans else None


def _summary(name: str, row: GanRow) -> GanSummary:
    return GanSummary(
        row,
        agreement=_rate(row.agreed, row.drawn, row.agreement_interval),
        judged=_rate(row.judge_right, row.judge_read, row.judge_interval),
        copies=_rate(row.near_copies, row.drawn),
        distinct=_rate(row.distinct, row.drawn),
        kid=_distance(row.kid),
        kid_span=" to ".join(map(_distance, row.kid_interval)) if row.kid_interval else "-",
        kid_of_real=_distance(row.kid_of_real),
        charts=tuple(_charts(name, row)),
    )


def _rate(hits: int | None, trials: int | None, interval: Interval | None = None) -> Rate | None:
    if hits is None or not trials:
        return None
    return Rate(hits, trials, interval or (hits / trials, hits / trials))


def _distance(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _charts(name: str, row: GanRow) -> list[TrainingChart]:
    """Draw the losses, and how much the pictures differ, against the epoch."""
    drawn = []
    for number, (title, lines) in enumerate(
        (("Losses", LOSSES), ("Against real pictures", SPREADS))
    ):
        points: list[charts.Point] = [
            {"label": label, "epoch": epoch["epoch"], "value": epoch[key]}
            for key, label in lines.items()
            for epoch in row.history
        ]
        if points:
            styles = tuple(
                numbered_style(label, position) for position, label in enumerate(lines.values())
            )
            description = f"{title} of {row.gan} against epoch"
            picture = charts.training(f"{name}-{number}", description, points, styles, share=False)
            drawn.append(TrainingChart(TitledChart(title, picture), styles))
    return drawn
