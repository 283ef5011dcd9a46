"""Where the scores of a detector lie: clean captchas, and what got past under each attack."""

from collections.abc import Sequence

from harness.results.rows.detection import DetectionRow
from reports import bar_charts
from reports.palette import Style
from reports.rates import radius
from reports.titled_chart import TitledChart

FIELDS = ("low", "quarter", "middle", "three_quarters", "high")


def score_panels(
    name: str, rows: Sequence[DetectionRow], styles: Sequence[Style]
) -> list[TitledChart]:
    """Draw a panel for each detector whose scores are there.

    Args:
        name: unique in the page.
        rows: of one breaker.
        styles: of the detectors.
    """
    panels = []
    for number, style in enumerate(styles):
        same = [row for row in rows if row.detector == style.label and row.clean_scores]
        if same:
            panels.append(_panel(f"{name}-{number}", style, same))
    return panels


def _panel(name: str, style: Style, rows: Sequence[DetectionRow]) -> TitledChart:
    clean, threshold = rows[0].clean_scores, rows[0].threshold or 0.0
    kinds = {"clean": clean} | {
        f"{row.attack} {radius(row.epsilon)}": row.scores
        for row in sorted(rows, key=lambda row: row.adaptive)
        if row.scores
    }
    boxes = {
        kind: {field: max(0.0, score) for field, score in zip(FIELDS, quantiles, strict=True)}
        for kind, quantiles in kinds.items()
    }
    description = f"Scores of {style.label}, threshold {threshold:.2f}; medians: " + ", ".join(
        f"{kind} {box['middle']:.2f}" for kind, box in boxes.items()
    )
    kinds_and_boxes = tuple(boxes.items())
    picture = bar_charts.scores(name, description, kinds_and_boxes, threshold, style.color)
    return TitledChart(style.label, picture)
