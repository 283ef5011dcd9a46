"""Shows the steps of a run at the terminal. On stderr: stdout is for results."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harness.progress import Progress
from harness.runs.expected_time import NOTHING_KNOWN, Expectation, duration
from harness.runs.progress import Ending, RunProgress, Silence

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

LINE_EVERY = 20.0  # seconds between lines where there is no terminal to redraw


class Remaining:
    """Time that is left, as steps of which something is known are done."""

    def __init__(self, expected: Expectation) -> None:
        """Take what is expected of each step."""
        self._left = {label: each.seconds for label, each in expected.steps.items()}

    def of_step(self, label: str) -> str:
        """Write how long a step may take; empty where that is unknown, or but a moment."""
        seconds = self._left.get(label, 0.0)
        return f", about {duration(seconds)}" if seconds >= LINE_EVERY else ""

    def of_all(self, label: str, share: float) -> str:
        """Write how long all steps may take, while a share of one of them is done."""
        now = self._left.get(label, 0.0)
        seconds = sum(self._left.values()) - now * min(share, 1.0)
        return f", about {duration(seconds)} left" if seconds >= 1 else ""

    def drop(self, label: str) -> None:
        """Take a step off that has ended."""
        self._left.pop(label, None)


class Lines:
    """Writes one line per event, for logs."""

    def __init__(self, expected: Expectation = NOTHING_KNOWN) -> None:
        """Begin with nothing shown."""
        self._prefix = ""
        self._shown = 0.0
        self._remaining = Remaining(expected)

    def begin(self, number: int, total: int, label: str) -> Progress:
        """Write how far the step is, but not more often than every 20 seconds."""
        self._prefix = f"[{number}/{total}]"
        self._shown = time.monotonic()
        if length := self._remaining.of_step(label):
            sys.stderr.write(f"{self._prefix} {label}: begins{length}\n")

        def show(done: int, of: int, detail: str = "") -> None:
            if time.monotonic() - self._shown >= LINE_EVERY:
                self._shown = time.monotonic()
                sys.stderr.write(f"{self._prefix} {label}: {100 * done // of} % {detail}\n")

        return show

    def end(self, label: str, seconds: float, outcome: Ending) -> None:
        """Write how the step ended."""
        sys.stderr.write(f"{self._prefix} {label}: {outcome} in {seconds:.1f} s\n")


class Bars:
    """Draws two bars on a terminal: of all steps, and of the one that is carried out."""

    def __init__(self, bars: "RichProgress", expected: Expectation = NOTHING_KNOWN) -> None:
        """Add the bars to those of rich."""
        self._bars = bars
        self._remaining = Remaining(expected)
        self._all = bars.add_task("all steps", total=None)
        self._now = bars.add_task("", total=1, visible=False)

    def begin(self, number: int, total: int, label: str) -> Progress:
        """Start the lower bar again."""
        left = self._remaining.of_all(label, 0.0)
        self._bars.update(
            self._all, total=total, completed=number - 1, description=f"all steps{left}"
        )
        self._bars.reset(self._now, description=label, total=None, visible=True)

        def show(done: int, of: int, detail: str = "") -> None:
            text = f"{label} [dim]{detail}[/dim]" if detail else label
            self._bars.update(self._now, completed=done, total=of, description=text)
            left = self._remaining.of_all(label, done / of if of else 0.0)
            self._bars.update(self._all, description=f"all steps{left}")

        return show

    def end(self, label: str, seconds: float, outcome: Ending) -> None:
        """Write a line above the bars if the step took a moment, or did not go well."""
        if seconds >= 1 or outcome != "done":
            sign = "[green]✓[/green]" if outcome == "done" else "[red]✗[/red]"
            self._bars.console.print(f"{sign} {label} [dim]{seconds:.1f} s[/dim]")
        self._remaining.drop(label)
        self._bars.advance(self._all)
        self._bars.update(self._now, visible=False)


@contextmanager
def screen(quiet: bool, expected: Expectation = NOTHING_KNOWN) -> Iterator[RunProgress]:
    """Choose what shows the steps: nothing, lines, or bars if stderr is a terminal.

    Args:
        quiet: show nothing.
        expected: time of the steps that are to be done.
    """
    if quiet:
        yield Silence()
    elif not sys.stderr.isatty():
        yield Lines(expected)
    else:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            yield Bars(bars, expected)
