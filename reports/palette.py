"""The look of a line: color, dash and point shape, told apart without color too."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.results.rows.result import WORST_CASE
from reports.grouping import Series

INK = "#010203"  # stands for the color of the page's text until the picture is in the page
# After Okabe and Ito, each at least 3:1 on white and on the dark ground.
COLORS = ("#1f7fc4", "#d55e00", "#00936b", "#c2689b", "#8c7000", "#7a6fd0", "#808080", "#a8483f")
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
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
    def css_color(self) -> str:
        """Give the color as a style sheet knows it."""
        return "currentColor" if self.color == INK else self.color

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
