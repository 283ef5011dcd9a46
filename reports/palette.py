"""The look of a line: color, dash and point shape, told apart without color too."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.results.rows.result import WORST_CASE
from reports.grouping import Series

INK = "currentColor"  # the color of the page's text
# After Okabe and Ito, each at least 3:1 on white and on the dark ground.
COLORS = ("#1f7fc4", "#d55e00", "#00936b", "#c2689b", "#8c7000", "#7a6fd0", "#808080", "#a8483f")
# The mark of a point: where its outline begins beside the point, and the outline from there.
POINTS: dict[str, tuple[float, float, str]] = {
    "circle": (-3.5, 0, "a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0z"),
    "square": (-3, -3, "h6v6h-6z"),
    "triangle-up": (0, -4, "l4,7h-8z"),
    "diamond": (0, -4.5, "l4,4.5l-4,4.5l-4,-4.5z"),
    "triangle-down": (0, 4, "l4,-7h-8z"),
    "cross": (-1, -4, "h2v3h3v2h-3v3h-2v-3h-3v-2h3z"),
}
SHAPES = tuple(POINTS)
SOLID: tuple[int, ...] = ()
DASHES: tuple[tuple[int, ...], ...] = (SOLID, (6, 3), (2, 3), (8, 3, 2, 3))
DASH_OF = {"white_box": SOLID, "transfer": (6, 3), "black_box": (2, 3)}


@dataclass(frozen=True)
class Style:
    """How one line is drawn."""

    label: str
    color: str
    dash: tuple[int, ...]
    shape: str

    @property
    def halo(self) -> bool:
        """Tell whether the line is a wide veil: the worst case lies on the strongest attack."""
        return self.color == INK

    @property
    def outline(self) -> str:
        """Give the path of its mark around (17, 7), the middle of a swatch."""
        right, down, shape = POINTS[self.shape]
        return f"M{17 + right},{7 + down}{shape}"

    @property
    def css_dash(self) -> str:
        """Give the dash as SVG knows it."""
        return " ".join(map(str, self.dash)) or "none"


class AttackStyles:
    """An attack keeps its color and shape through the page; the dash tells the knowledge."""

    def __init__(self, attacks: Iterable[str]) -> None:
        names = dict.fromkeys(name for name in attacks if name != WORST_CASE)
        self.number = {name: number for number, name in enumerate(names)}

    def style(self, line: Series) -> Style:
        """Give the look of one series."""
        if line.attack == WORST_CASE:
            return Style(line.label, INK, SOLID, "circle")
        number = self.number[line.attack]
        return Style(
            line.label,
            COLORS[number % len(COLORS)],
            DASH_OF.get(line.knowledge, DASHES[-1]),
            SHAPES[number % len(SHAPES)],
        )


def numbered_style(label: str, number: int) -> Style:
    """Give the look of the n-th of many lines of one kind."""
    dash = DASHES[number // len(COLORS) % len(DASHES)]
    return Style(label, COLORS[number % len(COLORS)], dash, SHAPES[number % len(SHAPES)])
