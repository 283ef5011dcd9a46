"""Protocols for whoever shows the steps of a run while they are carried out."""

from typing import Literal, Protocol

from harness.progress import Progress, no_progress

Outcome = Literal["done", "failed", "skipped", "postponed"]  # the last: is to be tried again
Ending = Outcome | Literal["cut short"]  # the last: its process was killed, or was canceled


class RunProgress(Protocol):
    """Shows the steps of a run: `begin` and `end` are called once for each step in turn."""

    def begin(self, number: int, total: int, label: str) -> Progress:
        """Show that a step begins, and give the function that is called with its progress.

        Args:
            number: of the step, from 1.
            total: how many steps there are.
            label: of the step, for people.
        """

    def end(self, label: str, seconds: float, outcome: Ending) -> None:
        """Show that the step has ended, after how many seconds, and how."""


class Silence:
    """Shows nothing."""

    def begin(self, number: int, total: int, label: str) -> Progress:
        """See RunProgress."""
        return no_progress

    def end(self, label: str, seconds: float, outcome: Ending) -> None:
        """See RunProgress."""
