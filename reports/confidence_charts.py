"""The charts of confidence: precision against coverage, right texts against confidence."""

from collections.abc import Sequence

from markupsafe import Markup

from reports.axis import Axis, shares
from reports.charts import HEIGHT, MARKED_POINTS, WIDTH, Point, lines_of
from reports.palette import Style
from reports.plot import Plot


def precision(
    name: str, description: str, points: Sequence[Point], styles: Sequence[Style]
) -> Markup:
    """Draw precision against coverage, this on a logarithm: the surest are few.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        points: label, coverage, precision, low, high; rates in [0, 1].
        styles: of the lines, by label.
    """
    least = min(0.99, *(float(point["coverage"]) for point in points))
    ticks = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
    title = "coverage: captchas submitted, the surest first"
    x = Axis(title, least, 1.0, kind="log", unit="share", marked=ticks)
    lines = lines_of(points, styles, "coverage", "precision")
    marks = len(points) <= MARKED_POINTS * len(styles)
    return Plot(x, shares(), lines, WIDTH, HEIGHT, marks).svg(name, description)


def reliability(
    name: str, description: str, points: Sequence[Point], styles: Sequence[Style]
) -> Markup:
    """Draw the share of right texts against confidence; on the diagonal both are equal.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        points: label, confidence, right, low, high; rates in [0, 1].
        styles: of the lines, by label.
    """
    lines = lines_of(points, styles, "confidence", "right")
    plot = Plot(shares("confidence"), shares(), lines, HEIGHT, HEIGHT, whiskers=True, diagonal=True)
    return plot.svg(name, description)
