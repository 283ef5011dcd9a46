"""The charts of lines: accuracy against epsilon, training against epoch, found against alarms."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from reports.axis import Axis, shares
from reports.palette import Style
from reports.plot import Line, Plot, thinned

WIDTH, HEIGHT = 340, 230
FEWEST_ALARMS = 0.001  # a share
MARKED_POINTS = 16  # longer lines are drawn without a mark at each point
FAR_APART = 20  # losses further apart than so many times are shown on a logarithm
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
    x = Axis("epsilon", 0.0, _greatest(points, "epsilon") or 1.0)
    lines = lines_of(points, styles, "epsilon", "accuracy")
    return Plot(x, shares(), lines, WIDTH, HEIGHT).svg(name, description)


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
    numbers = sorted({float(point["images"]) for point in points})
    ends = (numbers[0] / 1.1, numbers[-1] * 1.1)
    x = Axis("training captchas", *ends, kind="log", unit="count", marked=tuple(numbers))
    lines = lines_of(points, styles, "images", "accuracy")
    return Plot(x, shares(), lines, WIDTH, HEIGHT).svg(name, description)


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
    title = "tries, and the days that they take"
    x = Axis(title, 0.0, _greatest(points, "tries") or 1.0, unit="count", a_day=a_day)
    lines = lines_of(points, styles, "tries", "accuracy")
    return Plot(x, shares(), lines, WIDTH, HEIGHT).svg(name, description)


def roc(name: str, description: str, points: Sequence[Point], styles: Sequence[Style]) -> Markup:
    """Draw what is noticed against false alarms, these on a logarithm: few can be borne.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        points: label, alarms, noticed; rates in [0, 1].
        styles: of the lines, by label.
    """
    drawn = [point for point in points if float(point["alarms"]) >= FEWEST_ALARMS]
    ticks = (0.001, 0.01, 0.05, 0.2, 1.0)
    x = Axis("false alarms", FEWEST_ALARMS, 1.0, kind="log", unit="share", marked=ticks)
    lines = lines_of(drawn, styles, "alarms", "noticed")
    return Plot(x, shares(), lines, WIDTH, HEIGHT, marks=False).svg(name, description)


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
    epochs = sorted({float(point["epoch"]) for point in points})
    x = Axis("epoch", epochs[0], max(epochs[-1], epochs[0] + 1), unit="count", marked=_some(epochs))
    y = shares() if share else _losses([float(point["value"]) for point in points])
    lines = lines_of(points, styles, "epoch", "value")
    marks = len(epochs) <= MARKED_POINTS
    return Plot(x, y, lines, width, HEIGHT, marks).svg(name, description)


def held(name: str, description: str, points: Sequence[Point], styles: Sequence[Style]) -> Markup:
    """Draw what a training reached, against its minutes.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        points: label, minutes, value; the value is a rate in [0, 1].
        styles: of the lines, by label.
    """
    x = Axis("minutes of training", 0.0, _greatest(points, "minutes") or 1.0)
    lines = lines_of(points, styles, "minutes", "value")
    marks = len(points) <= MARKED_POINTS * len(styles)
    return Plot(x, shares(), lines, WIDTH, HEIGHT, marks).svg(name, description)


def lines_of(points: Sequence[Point], styles: Sequence[Style], x: str, y: str) -> tuple[Line, ...]:
    """Give the line of each style.

    Args:
        points: label, the fields x and y, and low and high where there are intervals.
        styles: of the lines, by label.
        x: the field that goes to the right.
        y: the field that goes up.
    """
    by_label: dict[str, list[Point]] = {style.label: [] for style in styles}
    for point in points:
        by_label[str(point["label"])].append(point)
    return tuple(
        Line(
            style,
            thinned(
                [
                    (float(point[x]), float(point[y]), _end(point, "low"), _end(point, "high"))
                    for point in sorted(by_label[style.label], key=lambda point: float(point[x]))
                ]
            ),
        )
        for style in styles
    )


def _end(point: Point, name: str) -> float | None:
    return float(point[name]) if name in point else None


def _greatest(points: Sequence[Point], field: str) -> float:
    return max((float(point[field]) for point in points), default=0.0)


def _some(epochs: Sequence[float]) -> tuple[float, ...]:
    """Choose the epochs to mark: all of a few; of many, the ticks of the axis."""
    return tuple(epochs) if len(epochs) <= MARKED_POINTS // 2 else ()


def _losses(values: Sequence[float]) -> Axis:
    """Give the axis of losses; only a logarithm shows losses that lie apart by powers of ten."""
    low, high = min(values), max(values)
    if low > 0 and high > FAR_APART * low:
        return Axis("", low, high, kind="log")
    low = min(low, 0.0)
    return Axis("", low, high if high > low else low + 1)
