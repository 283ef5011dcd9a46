"""Shows the steps of a run at the terminal. On stderr: stdout is for results."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harness.progress import Progress
from harness.runs.progress import Ending, RunProgress, Silence

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

LINE_EVERY = 20.0  # seconds between lines where there is no terminal to redraw


class Lines:
    """Writes one line per event, for logs."""

    def __init__(self) -> None:
        """Begin with nothing shown."""
        self._prefix = ""
        self._shown = 0.0

    def begin(self, number: int, total: int, label: str) -> Progress:
        """Write how far the step is, but not more often than every 20 seconds."""
        self._prefix = f"[{number}/{total}]"
        self._shown = time.monotonic()

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

    def __init__(self, bars: "RichProgress") -> None:
        """Add the bars to those of rich."""
        self._bars = bars
        self._all = bars.add_task("all steps", total=None)
        self._now = bars.add_task("", total=1, visible=False)

    def begin(self, number: int, total: int, label: str) -> Progress:
        """Start the lower bar again."""
        self._bars.update(self._all, total=total, completed=number - 1)
        self._bars.reset(self._now, description=label, total=None, visible=True)

        def show(done: int, of: int, detail: str = "") -> None:
            text = f"{label} [dim]{detail}[/dim]" if detail else label
            self._bars.update(self._now, completed=done, total=of, description=text)

        return show

    def end(self, label: str, seconds: float, outcome: Ending) -> None:
        """Write a line above the bars if the step took a moment, or did not go well."""
        if seconds >= 1 or outcome != "done":
            sign = "[green]✓[/green]" if outcome == "done" else "[red]✗[/red]"
            self._bars.console.print(f"{sign} {label} [dim]{seconds:.1f} s[/dim]")
        self._bars.advance(self._all)
        self._bars.update(self._now, visible=False)


@contextmanager
def screen(quiet: bool) -> Iterator[RunProgress]:
    """Choose what shows the steps: nothing, lines, or bars if stderr is a terminal."""
    if quiet:
        yield Silence()
    elif not sys.stderr.isatty():
        yield Lines()
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
            yield Bars(bars)
