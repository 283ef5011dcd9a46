"""The charts: accuracy against epsilon, training against epoch, confused pairs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.inline_svg import inline
from reports.palette import INK, Style

if TYPE_CHECKING:
    import altair as alt

WIDTH, HEIGHT = 340, 230
FEWEST_ALARMS = 0.001  # a share
MARKED_POINTS = 16  # longer lines are drawn without a mark at each point
Point = Mapping[str, str | float]  # one mark of a chart: field -> value


def accuracy(
    name: str, description: str, points: Sequence[Point], styles: Sequence[Style]
) -> Markup:
    """Draw accuracy against epsilon: lines with their 95 % bands.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        points: label, epsilon, accuracy, low, high; rates in [0, 1].
        styles: of the lines, by label.
    """
    import altair as alt

    base = lines_of(points, styles).encode(
        x=alt.X(
            "epsilon:Q",
            title="epsilon",
            scale=alt.Scale(nice=False, zero=True),
            axis=alt.Axis(format="~g", labelFlush=False, tickCount=6),
        ),
    )
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format=".0%", tickCount=6)
    y = alt.Y("accuracy:Q", title=None, scale=scale, axis=axis)
    band = base.mark_area(opacity=0.13).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    lone = base.mark_rule(opacity=0.6).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    alone = _alone(points)
    layers = [band, *marks_of(base.encode(y=y), styles)]
    if alone:
        layers.append(lone.transform_filter(alt.FieldOneOfPredicate("label", oneOf=alone)))
    return inline(alt.layer(*layers).properties(width=WIDTH, height=HEIGHT), name, description)


def learning(
    name: str, description: str, points: Sequence[Point], styles: Sequence[Style]
) -> Markup:
    """Draw accuracy against the number of training captchas, which are told apart by their powers.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        points: label, images, accuracy, low, high; rates in [0, 1].
        styles: of the lines, by label.
    """
    import altair as alt

    numbers = sorted({float(point["images"]) for point in points})
    base = lines_of(points, styles).encode(
        x=alt.X(
            "images:Q",
            title="training captchas",
            scale=alt.Scale(type="log", nice=False, padding=10),
            axis=alt.Axis(values=numbers, format=",d"),
        ),
    )
    scale = alt.Scale(domain=[0, 1])
    y = alt.Y("accuracy:Q", title=None, scale=scale, axis=alt.Axis(format=".0%", tickCount=6))
    band = base.mark_area(opacity=0.13).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    layers = [band, *marks_of(base.encode(y=y), styles)]
    return inline(alt.layer(*layers).properties(width=WIDTH, height=HEIGHT), name, description)


def tries(
    name: str, description: str, points: Sequence[Point], styles: Sequence[Style], a_day: int
) -> Markup:
    """Draw accuracy against the tries that an attacker has spent, and the days that they take.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        points: label, tries, accuracy, low, high; rates in [0, 1].
        styles: of the lines, by label.
        a_day: tries that a page allows a day.
    """
    import altair as alt

    both = f"[format(datum.value, ',d'), format(datum.value / {a_day}, ',.3~r')]"
    zero = alt.Scale(zero=True, nice=False)
    axis = alt.Axis(labelExpr=both, tickCount=5, labelFlush=False)
    x = alt.X("tries:Q", title=["tries", "days"], scale=zero, axis=axis)
    base = lines_of(points, styles).encode(x=x)
    scale = alt.Scale(domain=[0, 1])
    y = alt.Y("accuracy:Q", title=None, scale=scale, axis=alt.Axis(format=".0%", tickCount=6))
    band = base.mark_area(opacity=0.13).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    chart = alt.layer(band, *marks_of(base.encode(y=y), styles))
    return inline(chart.properties(width=WIDTH, height=HEIGHT), name, description)


def roc(name: str, description: str, points: Sequence[Point], styles: Sequence[Style]) -> Markup:
    """Draw what is noticed against false alarms, these on a logarithm: few can be borne.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        points: label, alarms, noticed; rates in [0, 1].
        styles: of the lines, by label.
    """
    import altair as alt

    drawn = [point for point in points if float(point["alarms"]) >= FEWEST_ALARMS]
    x = alt.X(
        "alarms:Q",
        title="false alarms",
        scale=alt.Scale(type="log", domain=[FEWEST_ALARMS, 1], nice=False),
        axis=alt.Axis(values=[0.001, 0.01, 0.05, 0.2, 1], format="~%"),
    )
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format=".0%", tickCount=6)
    y = alt.Y("noticed:Q", title=None, scale=scale, axis=axis)
    layers = marks_of(lines_of(drawn, styles).encode(x=x, y=y), styles)[:-1]
    return inline(alt.layer(*layers).properties(width=WIDTH, height=HEIGHT), name, description)


def training(
    name: str,
    description: str,
    points: Sequence[Point],
    styles: Sequence[Style],
    share: bool,
    width: int = WIDTH,
) -> Markup:
    """Draw one measure against the epoch.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        points: label, epoch, value.
        styles: of the lines, by label.
        share: the value is a rate in [0, 1], not a loss.
        width: in pixels.
    """
    import altair as alt

    values = [float(point["value"]) for point in points]
    # Losses of different kinds lie apart by powers of ten: only a logarithm shows them all.
    far = not share and min(values) > 0 and max(values) > 20 * min(values)
    scale = alt.Scale(type="log") if far else alt.Scale(domain=[0, 1]) if share else alt.Scale()
    axis = alt.Axis(format=".0%", tickCount=6) if share else alt.Axis(format=".3~r", tickCount=6)
    epochs = sorted({float(point["epoch"]) for point in points})
    step = max(1, len(epochs) // 8)
    base = lines_of(points, styles).encode(
        x=alt.X(
            "epoch:Q",
            title="epoch",
            scale=alt.Scale(zero=False, nice=False, padding=8),
            axis=alt.Axis(values=epochs[::step], format="d"),
        ),
        y=alt.Y("value:Q", title=None, scale=scale, axis=axis),
    )
    layers = marks_of(base, styles)
    if len(epochs) > MARKED_POINTS:
        layers.pop()
    return inline(alt.layer(*layers).properties(width=width, height=HEIGHT), name, description)


def held(name: str, description: str, points: Sequence[Point], styles: Sequence[Style]) -> Markup:
    """Draw what a training reached, against its minutes.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        points: label, minutes, value; the value is a rate in [0, 1].
        styles: of the lines, by label.
    """
    import altair as alt

    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format=".0%", tickCount=6)
    base = lines_of(points, styles).encode(
        x=alt.X("minutes:Q", title="minutes of training", scale=alt.Scale(zero=True, nice=False)),
        y=alt.Y("value:Q", title=None, scale=scale, axis=axis),
    )
    layers = marks_of(base, styles)
    if len(points) > MARKED_POINTS * len(styles):
        layers.pop()
    return inline(alt.layer(*layers).properties(width=WIDTH, height=HEIGHT), name, description)


def scores(
    name: str, description: str, points: Sequence[Point], threshold: float, color: str
) -> Markup:
    """Draw a line and a box for each kind of captcha: where a detector's scores lie.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        points: kind, low, quarter, middle, three_quarters, high: quantiles of scores.
        threshold: of the detector; what lies to its right is taken for perturbed.
        color: of the boxes.
    """
    import altair as alt

    kinds = [str(point["kind"]) for point in points]
    y = alt.Y(
        "kind:N", sort=kinds, title=None, axis=alt.Axis(domain=False, ticks=False, minExtent=112)
    )
    # Far beyond the threshold it does not matter how far.
    scale = alt.Scale(type="symlog", constant=3, nice=False)
    axis = alt.Axis(values=[0, 1, 2, 3, 5, 10, 30, 100, 1000], format="~g")
    base = alt.Chart(alt.InlineData(values=list(points))).encode(y=y)
    x = alt.X("low:Q", title="score", scale=scale, axis=axis)
    layers = [
        base.mark_rule(color=color, opacity=0.7).encode(x=x, x2="high:Q"),
        base.mark_bar(color=color, opacity=0.45, height={"band": 0.62}).encode(
            x=alt.X("quarter:Q", scale=scale), x2="three_quarters:Q"
        ),
        base.mark_tick(color=color, thickness=2.5, height={"band": 0.62}).encode(
            x=alt.X("middle:Q", scale=scale)
        ),
        alt.Chart(alt.InlineData(values=[{"at": threshold}]))
        .mark_rule(color=INK, strokeDash=[4, 3])
        .encode(x=alt.X("at:Q", scale=scale)),
    ]
    chart = alt.layer(*layers).properties(width=WIDTH - 70, height={"step": 15})
    return inline(chart, name, description)


def confusions(name: str, description: str, pairs: Sequence[tuple[str, str, int]]) -> Markup:
    """Draw bars: how often one character was read as another."""
    import altair as alt

    names = [f"{is_} → {read}" for is_, read, _ in pairs]
    points = [
        {"pair": pair, "count": count} for pair, (_, _, count) in zip(names, pairs, strict=True)
    ]
    base = alt.Chart(alt.InlineData(values=points)).encode(
        y=alt.Y(
            "pair:N",
            sort=names,
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelFontSize=13, labelPadding=8),
        ),
        x=alt.X("count:Q", axis=None, scale=alt.Scale(zero=True)),
    )
    bars = base.mark_bar(color="#1f7fc4", height={"band": 0.68})
    counts = base.mark_text(align="left", dx=5, color=INK, fontSize=12).encode(text="count:Q")
    return inline((bars + counts).properties(width=190, height={"step": 22}), name, description)


def lines_of(points: Sequence[Point], styles: Sequence[Style]) -> "alt.Chart":
    """Begin a chart whose points have the colors of their lines."""
    import altair as alt

    labels = [style.label for style in styles]
    color = alt.Scale(domain=labels, range=[style.color for style in styles])
    return alt.Chart(alt.InlineData(values=list(points))).encode(
        color=alt.Color("label:N", legend=None, scale=color)
    )


def marks_of(base: "alt.Chart", styles: Sequence[Style]) -> list["alt.Chart"]:
    """Draw the lines of a chart, and a mark at each point: the last of the layers."""
    import altair as alt

    labels = [style.label for style in styles]
    dash = alt.Scale(domain=labels, range=[list(style.dash) or [1, 0] for style in styles])
    shape = alt.Scale(domain=labels, range=[style.shape for style in styles])
    halos = [style.label for style in styles if style.halo]
    marks = []
    if halos:
        veil = base.mark_line(strokeWidth=9, opacity=0.22, strokeCap="round", strokeJoin="round")
        marks.append(veil.transform_filter(alt.FieldOneOfPredicate("label", oneOf=halos)))
    others = base.transform_filter(
        alt.FieldOneOfPredicate("label", oneOf=[name for name in labels if name not in halos])
    )
    return [
        *marks,
        others.mark_line(strokeWidth=1.8).encode(
            strokeDash=alt.StrokeDash("label:N", legend=None, scale=dash),
        ),
        others.mark_point(filled=True, size=44, opacity=1).encode(
            shape=alt.Shape("label:N", legend=None, scale=shape)
        ),
    ]


def _alone(points: Sequence[Point]) -> list[str]:
    """Give the lines of a single point: a band cannot show their interval."""
    labels = [str(point["label"]) for point in points]
    return [label for label in dict.fromkeys(labels) if labels.count(label) == 1]
