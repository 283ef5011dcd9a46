"""The axes of charts: where a value lies, which values are marked, and how they are written."""

import math
import time
from dataclasses import dataclass
from typing import Literal

Kind = Literal["linear", "log", "symlog"]
Unit = Literal["share", "count", "number", "day"]
STEPS = (1, 2, 2.5, 5, 10)
SYMLOG = 3.0  # a symlog axis is about linear below it
THOUSAND = 1000
DAY = 86_400  # seconds


@dataclass(frozen=True)
class Axis:
    """One axis of a chart.

    Attributes:
        title: below or beside it; empty: none.
        low: the value at its beginning.
        high: the value at its end, above `low`.
        kind: how values are spread over it.
        unit: how they are written: a share as percent, a count as a whole number,
            days since 1970 as a date.
        marked: the values that are marked; none: chosen by `ticks`.
        a_day: values are tries, so many a day, and the days are written too; 0: they are not.
    """

    title: str
    low: float
    high: float
    kind: Kind = "linear"
    unit: Unit = "number"
    marked: tuple[float, ...] = ()
    a_day: int = 0

    def share(self, value: float) -> float:
        """Compute where a value lies: 0 at the beginning of the axis, 1 at its end."""
        low, high = self._spread(self.low), self._spread(self.high)
        return (self._spread(value) - low) / (high - low)

    def ticks(self, number: int = 5) -> tuple[float, ...]:
        """Choose the values that are marked.

        Args:
            number: about how many.
        """
        if self.marked:
            return tuple(value for value in self.marked if self.low <= value <= self.high)
        if self.kind == "log":
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            factors = (1,) if len(powers) > number else (1, 2, 5)
            several = [factor * 10.0**power for power in powers for factor in factors]
            return tuple(value for value in several if self.low <= value <= self.high)
        step = nice_step((self.high - self.low) / number)
        if self.unit == "day":
            step = math.ceil(step)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple(float(f"{count * step:.12g}") for count in range(first, last + 1))

    def label(self, value: float) -> str:
        """Write a value at its mark."""
        if self.unit == "day":
            return time.strftime("%Y-%m-%d", time.gmtime(value * DAY))
        if self.unit == "share":
            return f"{100 * value:.4g} %"
        if self.unit == "count" or abs(value) >= THOUSAND:
            return f"{value:,.0f}"
        return f"{value:.3g}"

    def days(self, value: float) -> str:
        """Write the days that so many tries take."""
        return f"{value / self.a_day:,.3g}"

    def _spread(self, value: float) -> float:
        if self.kind == "log":
            return math.log(max(value, 1e-300))
        if self.kind == "symlog":
            return math.copysign(math.log1p(abs(value) / SYMLOG), value)
        return value


def nice_step(least: float) -> float:
    """Find a step of few digits that is no smaller than another one."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in STEPS if step * power >= least * (1 - 1e-9))


def shares(title: str = "") -> Axis:
    """Give the axis of rates, from 0 to 100 %."""
    return Axis(title, 0.0, 1.0, unit="share")
