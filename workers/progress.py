"""What the person at the terminal sees while steps run. On stderr: stdout is for results."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from harness.progress import Progress, no_progress

LINE_EVERY = 20.0  # seconds between lines where there is no terminal to redraw


class Screen(Protocol):
    """Shows the steps of a run."""

    def begin(self, number: int, total: int, label: str) -> Progress:
        """A step begins; gives whom to tell of its progress."""

    def end(self, label: str, seconds: float, word: str = "done") -> None:
        """A step has ended."""


class Silence:
    """Shows nothing, for --quiet."""

    def begin(self, number: int, total: int, label: str) -> Progress:  # noqa: ARG002
        """Nothing."""
        return no_progress

    def end(self, label: str, seconds: float, word: str = "done") -> None:
        """Nothing."""


class Lines:
    """One line per event, for logs."""

    def __init__(self) -> None:
        """Nothing is shown yet."""
        self._prefix = ""
        self._shown = 0.0

    def begin(self, number: int, total: int, label: str) -> Progress:
        """A line when the step has taken a while, with how far it is."""
        self._prefix = f"[{number}/{total}]"
        self._shown = time.monotonic()

        def progress(done: int, of: int, word: str = "") -> None:
            if time.monotonic() - self._shown >= LINE_EVERY:
                self._shown = time.monotonic()
                sys.stderr.write(f"{self._prefix} {label}: {100 * done // of} % {word}\n")

        return progress

    def end(self, label: str, seconds: float, word: str = "done") -> None:
        """A line with what became of it."""
        sys.stderr.write(f"{self._prefix} {label}: {word} in {seconds:.1f} s\n")


class Bars:
    """Bars on a terminal: all steps, and the one that runs."""

    def __init__(self, progress: object) -> None:
        """Draw on a rich.progress.Progress."""
        from rich.progress import Progress

        if not isinstance(progress, Progress):
            raise TypeError("Bars draws on rich.progress.Progress")
        self._progress = progress
        self._all = progress.add_task("all steps", total=None)
        self._now = progress.add_task("", total=1, visible=False)

    def begin(self, number: int, total: int, label: str) -> Progress:
        """Give the lower bar starts again."""
        self._progress.update(self._all, total=total, completed=number - 1)
        self._progress.reset(self._now, description=label, total=None, visible=True)

        def progress(done: int, of: int, word: str = "") -> None:
            words = f"{label} [dim]{word}[/dim]" if word else label
            self._progress.update(self._now, completed=done, total=of, description=words)

        return progress

    def end(self, label: str, seconds: float, word: str = "done") -> None:
        """A line above the bars when the step took a moment, or did not go well."""
        if seconds >= 1 or word != "done":
            sign = "[green]✓[/green]" if word == "done" else "[red]✗[/red]"
            self._progress.console.print(f"{sign} {label} [dim]{seconds:.1f} s[/dim]")
        self._progress.advance(self._all)
        self._progress.update(self._now, visible=False)


@contextmanager
def screen(quiet: bool) -> Iterator[Screen]:
    """Say what fits: nothing, lines, or bars if stderr is a terminal."""
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
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            yield Bars(progress)
