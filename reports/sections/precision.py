"""The attacker who chooses: precision against coverage, and whether confidence can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from harness.results.rows.precision import PrecisionPoint, PrecisionRow
from harness.results.rows.row import UNDEFENDED
from harness.results.tally import percent
from reports import confidence_charts
from reports.charts import Point
from reports.palette import Style, numbered_style
from reports.rates import Rate
from reports.titled_chart import TitledChart

DRAWN = 8  # breakers of a data set in one chart; of more, the best coverage alone is listed


@dataclass(frozen=True)
class SubmittedShare:
    """One coverage of a breaker; precision is None where too few were submitted."""

    breaker: str
    coverage: str
    submitted: str
    precision: Rate | None
    loads_per_solve: str
    solved: str
    solved_span: str
    best: bool
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConfidenceLine:
    """How far the confidence of a breaker can be believed."""

    breaker: str
    confidence: str
    right: str
    error: str
    by_chance: str
    judgment: str


@dataclass(frozen=True)
class ChoosingPanel:
    """All breakers of a data set, their charts and tables."""

    dataset: str
    styles: tuple[Style, ...]
    charts: tuple[TitledChart, ...]
    shares: tuple[SubmittedShare, ...]
    lines: tuple[ConfidenceLine, ...]
    undrawn: int


@dataclass(frozen=True)
class Choosing:
    """The attacker who chooses, on each data set, within the budgets of a day."""

    tries_per_day: int
    loads_per_day: int
    panels: tuple[ChoosingPanel, ...]


def content(document: Document) -> Choosing | None:
    """Give a panel for each data set whose readings have a confidence."""
    by_dataset: dict[str, list[PrecisionRow]] = {}
    for row in document.precision:
        by_dataset.setdefault(row.dataset, []).append(row)
    if not by_dataset:
        return None
    panels = tuple(
        _panel(f"choosing-{number}", document, dataset, rows)
        for number, (dataset, rows) in enumerate(by_dataset.items())
    )
    return Choosing(document.tries_per_day, document.loads_per_day, panels)


def _panel(
    name: str, document: Document, dataset: str, rows: Sequence[PrecisionRow]
) -> ChoosingPanel:
    names = {row.breaker for row in rows}
    breakers = [
        breaker
        for breaker in document.breakers
        if breaker.dataset == dataset
        and breaker.defense == UNDEFENDED
        and breaker.breaker in names
        and breaker.accuracy
    ]
    styles = {
        breaker.breaker: numbered_style(breaker.breaker, number)
        for number, breaker in enumerate(breakers[:DRAWN])
    }
    drawn = [breaker for breaker in breakers if breaker.breaker in styles]
    charts = [
        chart
        for chart in (
            _precision(name, dataset, drawn, styles),
            _reliability(name, dataset, drawn, styles),
        )
        if chart
    ]
    shares = tuple(_share(document, row) for row in _listed(rows))
    shown = tuple(styles.values()) if charts else ()
    lines = tuple(line for breaker in breakers for line in _lines(breaker))
    undrawn = len(breakers) - len(drawn)
    return ChoosingPanel(dataset, shown, tuple(charts), shares, lines, undrawn)


def _listed(rows: Sequence[PrecisionRow]) -> list[PrecisionRow]:
    """Order rows by breaker and coverage; the best one stands for a row that is the same."""
    if len({row.breaker for row in rows}) > DRAWN:
        return [row for row in rows if row.best]
    best = {(row.breaker, row.coverage) for row in rows if row.best}
    kept = [row for row in rows if row.best or (row.breaker, row.coverage) not in best]
    names = list(dict.fromkeys(row.breaker for row in rows))
    return sorted(kept, key=lambda row: (names.index(row.breaker), -row.coverage))


def _share(document: Document, row: PrecisionRow) -> SubmittedShare:
    measured = row.is_measured
    loaded = document.loads_per_day * row.n_submitted / row.n_shown
    tries = min(document.tries_per_day, loaded)
    low, high = (f"{tries * end:,.0f}" for end in row.interval)
    return SubmittedShare(
        row.breaker,
        f"{100 * row.coverage:.3g} %",
        f"{row.n_submitted:,} of {row.n_shown:,}",
        Rate(row.n_right, row.n_submitted, row.interval) if measured else None,
        f"{row.loads_per_solve:,.3g}" if row.loads_per_solve is not None else "-",
        f"{row.solved:,.0f}" if measured else "-",
        f"{low} to {high}" if measured else "",
        row.best,
        row.warnings if row.best else (),
    )


def _lines(breaker: BreakerResult) -> list[ConfidenceLine]:
    """Say how sure a breaker is, how often it is right, and how far that is apart."""
    sure = breaker.calibration
    if sure is None:
        return []
    texts, right = (sum(getattr(each, name) for each in sure.bins) for name in ("texts", "right"))
    return [
        ConfidenceLine(
            breaker.breaker,
            f"{100 * sure.mean_confidence:.1f} %",
            percent(right, texts),
            f"{sure.error:.3f}",
            f"{sure.by_chance:.3f}",
            sure.judgment,
        )
    ]


def _precision(
    name: str, dataset: str, breakers: Sequence[BreakerResult], styles: dict[str, Style]
) -> TitledChart | None:
    """Draw precision against coverage; None where too few captchas were read."""
    points: list[Point] = [
        {
            "label": breaker.breaker,
            "coverage": point.submitted / breaker.n_captchas,
            "precision": point.right / point.submitted,
            "low": point.interval[0],
            "high": point.interval[1],
        }
        for breaker in breakers
        for point in breaker.by_coverage
    ]
    if not points:
        return None
    ends = [
        f"{breaker.breaker} {_right(breaker.by_coverage[0])}, {_right(breaker.by_coverage[-1])}"
        for breaker in breakers
        if breaker.by_coverage
    ]
    description = f"Precision against coverage on {dataset}: {'; '.join(ends)}"
    drawn = [style for label, style in styles.items() if any(p["label"] == label for p in points)]
    picture = confidence_charts.precision(f"{name}-precision", description, points, drawn)
    return TitledChart("Precision: right captchas of those submitted", picture)


def _right(point: PrecisionPoint) -> str:
    """Write a point of precision against coverage."""
    return f"{percent(point.right, point.submitted)} of the surest {point.submitted:,}"


def _reliability(
    name: str, dataset: str, breakers: Sequence[BreakerResult], styles: dict[str, Style]
) -> TitledChart | None:
    """Draw right texts against confidence; None where no breaker has told its confidence."""
    points: list[Point] = [
        {
            "label": breaker.breaker,
            "confidence": each.confidence,
            "right": each.right / each.texts,
            "low": each.interval[0],
            "high": each.interval[1],
        }
        for breaker in breakers
        if breaker.calibration
        for each in breaker.calibration.bins
    ]
    if not points:
        return None
    judged = [f"{b.breaker} {b.calibration.judgment}" for b in breakers if b.calibration]
    description = f"Right texts against confidence on {dataset}: {'; '.join(judged)}"
    drawn = [style for label, style in styles.items() if any(p["label"] == label for p in points)]
    picture = confidence_charts.reliability(f"{name}-reliability", description, points, drawn)
    return TitledChart("Right texts, by how sure the breaker is", picture)
