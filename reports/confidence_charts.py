"""The charts of confidence: precision against coverage, right texts against confidence."""

from collections.abc import Sequence

from markupsafe import Markup

from reports.charts import HEIGHT, MARKED_POINTS, WIDTH, Point, lines_of, marks_of
from reports.inline_svg import inline
from reports.palette import INK, Style


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
    import altair as alt

    least = min(float(point["coverage"]) for point in points)
    ticks = [share for share in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if share >= least]
    base = lines_of(points, styles).encode(
        x=alt.X(
            "coverage:Q",
            title="coverage: captchas submitted, the surest first",
            scale=alt.Scale(type="log", domain=[least, 1], nice=False),
            axis=alt.Axis(values=ticks, format="~%", labelFlush=False),
        ),
    )
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format=".0%", tickCount=6)
    band = base.mark_area(opacity=0.13).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    lines = marks_of(
        base.encode(y=alt.Y("precision:Q", title=None, scale=scale, axis=axis)), styles
    )
    layers = [band, *lines[:-1]] if len(points) > MARKED_POINTS * len(styles) else [band, *lines]
    return inline(alt.layer(*layers).properties(width=WIDTH, height=HEIGHT), name, description)


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
    import altair as alt

    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format=".0%", tickCount=6)
    few = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    x = alt.X("confidence:Q", title="confidence", scale=scale, axis=few)
    y = alt.Y("right:Q", title=None, scale=scale, axis=axis)
    base = lines_of(points, styles).encode(x=x)
    whiskers = base.mark_rule(opacity=0.5).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    ends = [{"confidence": end, "right": end} for end in (0.0, 1.0)]
    diagonal = (
        alt.Chart(alt.InlineData(values=ends))
        .mark_line(color=INK, opacity=0.5, strokeDash=[4, 3], strokeWidth=1)
        .encode(x=x, y=y)
    )
    layers = [diagonal, whiskers, *marks_of(base.encode(y=y), styles)]
    return inline(alt.layer(*layers).properties(width=HEIGHT, height=HEIGHT), name, description)
