"""A chart of lines: a still SVG, and its points as JSON, by which the page's script redraws it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from reports.axis import Axis
from reports.palette import POINTS, Style

LEFT, RIGHT, TOP, BOTTOM = 48, 14, 10, 42  # pixels around the field of a chart
LINE, LETTER = 15, 6.8  # height of a line of text, and about the width of a letter
MOST_POINTS = 400  # of a line; longer ones keep the least and the greatest of each stretch
Point = tuple[float, float, float | None, float | None]  # x, y, ends of the interval of y


@dataclass(frozen=True)
class Line:
    """One line of a chart, and how it looks; its points have x in rising order."""

    style: Style
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Plot:
    """A chart of lines over two axes.

    Attributes:
        width: of its field, in pixels.
        height: of its field.
        y: with a name of what is drawn, for the table of its points.
        marks: whether each point has a mark.
        whiskers: intervals are upright lines, not bands.
        diagonal: a line where x and y are equal.
    """

    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    width: int
    height: int
    marks: bool = True
    whiskers: bool = False
    diagonal: bool = False

    def svg(self, name: str, description: str) -> Markup:
        """Draw it.

        Args:
            name: unique in the page: the id of the chart, to which links lead.
            description: what is shown, for those who do not see it.

        Returns:
            A div with an svg element in the colors of the page, and the points as JSON.
        """
        label = escape(description)
        bottom = BOTTOM + (LINE if self.x.a_day else 0)
        width, height = LEFT + self.width + RIGHT, TOP + self.height + bottom
        parts = [
            f'<div class="plot" id="{escape(name)}"><svg role="img" aria-label="{label}" '
            f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
            f'<g class="axes">{self._axes()}</g>'
        ]
        if self.diagonal:
            parts.append(
                f'<path class="diagonal" d="M{LEFT},{TOP + self.height}l{self.width},'
                f'{-self.height}" stroke="currentColor" stroke-opacity=".5" '
                'stroke-dasharray="4 3"/>'
            )
        # Bands first, so that no band lies over a line; the veil of the worst case under all.
        parts += [self._band(line) for line in self.lines]
        parts += [self._line(line) for line in sorted(self.lines, key=lambda it: not it.style.halo)]
        parts.append(f'</svg><script type="application/json">{self._data()}</script></div>')
        return Markup("".join(parts))  # noqa: S704 - names and labels are escaped where they enter

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return LEFT + self.width * self.x.share(x), TOP + self.height * (1 - self.y.share(y))

    def _axes(self) -> str:
        """Draw grid, marks and titles."""
        low = TOP + self.height
        parts = []
        for value in self.y.ticks():
            level = TOP + self.height * (1 - self.y.share(value))
            parts.append(f'<path d="M{LEFT},{level:.1f}h{self.width}"/>')
            label = escape(self.y.label(value))
            parts.append(f'<text x="{LEFT - 7}" y="{level + 4:.1f}" class="end">{label}</text>')
        free = float("-inf")  # where the label before ends
        for value in self.x.ticks():
            at = LEFT + self.width * self.x.share(value)
            parts.append(f'<path d="M{at:.1f},{TOP}v{self.height}"/>')
            texts = [self.x.label(value)] + ([self.x.days(value)] if self.x.a_day else [])
            half = max(map(len, texts)) * LETTER / 2
            if at - half < free:
                continue
            free = at + half + LETTER
            at = min(at, LEFT + self.width + RIGHT - half)  # the last one must not be cut off
            parts += [
                f'<text x="{at:.1f}" y="{low + 18 + LINE * number}">{escape(text)}</text>'
                for number, text in enumerate(texts)
            ]
        below = low + 36 + (LINE if self.x.a_day else 0)
        middle = LEFT + self.width / 2
        parts.append(f'<text x="{middle:g}" y="{below}">{escape(self.x.title)}</text>')
        return "".join(parts)

    def _band(self, line: Line) -> str:
        """Draw the intervals of a line."""
        ends = [(x, low, high) for x, _y, low, high in line.points if None not in (low, high)]
        if not ends:
            return ""
        color, number = line.style.color, self.lines.index(line)
        upper = [self._at(x, high or 0.0) for x, _low, high in ends]
        lower = [self._at(x, low or 0.0) for x, low, _high in ends]
        if self.whiskers or len(ends) == 1:  # a band cannot show the interval of a single point
            sticks = zip(upper, lower, strict=True)
            path = "".join(f"M{x:.1f},{top:.1f}V{end:.1f}" for (x, top), (_, end) in sticks)
            look = f'stroke="{color}" stroke-opacity=".55"'
        else:
            path = f"M{_path(upper)}L{_path(lower[::-1])}z"
            look = f'fill="{color}" fill-opacity=".13"'
        return f'<path class="band" data-line="{number}" d="{path}" {look}/>'

    def _line(self, line: Line) -> str:
        """Draw a line and its marks."""
        style, number = line.style, self.lines.index(line)
        at = [self._at(x, y) for x, y, _low, _high in line.points]
        look = (
            'stroke-width="9" stroke-opacity=".22" stroke-linecap="round" stroke-linejoin="round"'
            if style.halo
            else f'stroke-width="1.8" stroke-dasharray="{style.css_dash}"'
        )
        drawn = f'<path d="M{_path(at)}" stroke="{style.color}" {look}/>'
        if self.marks and not style.halo:
            right, down, shape = POINTS[style.shape]
            marks = "".join(f"M{x + right:.1f},{y + down:.1f}{shape}" for x, y in at)
            drawn += f'<path d="{marks}" fill="{style.color}"/>'
        return f'<g class="line" data-line="{number}">{drawn}</g>'

    def _data(self) -> str:
        """Write the points and all that the script draws them by; nothing in it ends the block."""
        lines = [
            {
                "label": line.style.label,
                "color": line.style.color,
                "dash": line.style.css_dash,
                "halo": line.style.halo,
                "mark": POINTS[line.style.shape],
                "points": [
                    [None if end is None else float(f"{end:.6g}") for end in point]
                    for point in line.points
                ],
            }
            for line in self.lines
        ]
        axes = {
            name: {
                "title": axis.title, "low": axis.low, "high": axis.high, "kind": axis.kind,
                "unit": axis.unit, "marked": axis.marked, "aDay": axis.a_day,
            }
            for name, axis in (("x", self.x), ("y", self.y))
        }  # fmt: skip
        field = [LEFT, TOP, self.width, self.height]
        data = axes | {
            "field": field, "marks": self.marks, "whiskers": self.whiskers,
            "diagonal": self.diagonal, "lines": lines,
        }  # fmt: skip
        return in_script(data)


def in_script(data: object) -> str:
    """Write JSON that can stand in a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def thinned(points: Sequence[Point], most: int = MOST_POINTS) -> tuple[Point, ...]:
    """Leave out points that a line of some hundred pixels cannot show.

    Args:
        points: of one line, in the order of x.
        most: so many are kept, and two more at most.

    Returns:
        The first, the last, and the least and the greatest y of each stretch between them.
    """
    if len(points) <= most:
        return tuple(points)
    stretch = -(-2 * len(points) // most)
    kept: set[int] = {0, len(points) - 1}
    for start in range(0, len(points), stretch):
        numbers = range(start, min(start + stretch, len(points)))
        kept |= {min(numbers, key=lambda n: points[n][1]), max(numbers, key=lambda n: points[n][1])}
    return tuple(points[number] for number in sorted(kept))


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
