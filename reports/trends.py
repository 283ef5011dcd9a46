"""What becomes of a captcha from run to run of the same sweep: a line, and its marked steps."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from harness.results.overview import Overview, VerdictInShort
from reports.axis import DAY, Axis, shares
from reports.palette import COLORS, SOLID, Style
from reports.plot import Line, Plot, Point
from reports.rates import bound
from reports.titled_chart import TitledChart

FEWEST = 2  # runs
WIDTH, HEIGHT = 400, 200
STEP = Style("a step", "#a8483f", SOLID, "diamond")


@dataclass(frozen=True)
class TrendStep:
    """A run whose figure parts from that of the run before, and a sentence on it."""

    run: str
    sentence: str


@dataclass(frozen=True)
class Trend:
    """One captcha over the runs of one sweep."""

    name: str
    dataset: str
    chart: TitledChart
    runs: int
    steps: tuple[TrendStep, ...]


Night = tuple[Overview, VerdictInShort]


def trends(overviews: Sequence[Overview]) -> list[Trend]:
    """Draw a trend for each captcha that two or more runs of one sweep have measured.

    Args:
        overviews: of all runs; those whose beginning is not known are left out.
    """
    nights: dict[tuple[str, str], list[Night]] = {}
    for each in sorted(overviews, key=lambda each: each.begun):
        for judged in each.verdicts if each.begun else ():
            nights.setdefault((each.name, judged.dataset), []).append((each, judged))
    several = {key: line for key, line in nights.items() if len(line) >= FEWEST}
    return [
        _trend(f"trend-{number}", *key, line) for number, (key, line) in enumerate(several.items())
    ]


def _trend(chart: str, name: str, dataset: str, nights: Sequence[Night]) -> Trend:
    parted = [(before, after) for before, after in pairwise(nights) if _part(before[1], after[1])]
    points = tuple(_point(night) for night in nights)
    line = Line(Style("the strongest breaker reads", COLORS[0], SOLID, "circle"), points)
    marked = tuple(Line(STEP, (_point(after),)) for _before, after in parted)
    first, last = points[0][0], points[-1][0]
    x = Axis("", first, max(last, first + 1), unit="day")
    steps = tuple(_step(before, after) for before, after in parted)
    description = (
        f"What the strongest breaker reads of {dataset} in {len(nights)} runs of {name}: from "
        f"{_percent(nights[0][1])} to {_percent(nights[-1][1])}; "
        + ("; ".join(step.sentence for step in steps) or "no step is beyond chance")
    )
    picture = Plot(x, shares(), (line, *marked), WIDTH, HEIGHT).svg(chart, description)
    return Trend(name, dataset, TitledChart(f"{dataset}", picture), len(nights), steps)


def _point(night: Night) -> Point:
    run, judged = night
    when = datetime.datetime.fromisoformat(run.begun)
    return when.timestamp() / DAY, judged.rate, *judged.interval


def _part(before: VerdictInShort, after: VerdictInShort) -> bool:
    """Tell whether two intervals part: a step that chance makes in about 1 of 200 nights."""
    return before.interval[1] < after.interval[0] or after.interval[1] < before.interval[0]


def _step(before: Night, after: Night) -> TrendStep:
    run, judged = after
    more = "more" if judged.rate > before[1].rate else "less"
    by = "" if judged.breaker == before[1].breaker else f", by {judged.breaker}"
    return TrendStep(
        run.run,
        f"{run.begun[:16].replace('T', ' ')}: {more} is read, {_percent(before[1])} before and "
        f"{_percent(judged)} now{by}",
    )


def _percent(judged: VerdictInShort) -> str:
    low, high = judged.interval
    return f"{bound(judged.rate)} % ({bound(low)} to {bound(high)})"
