"""Who is told of the steps of a run while they are carried out."""

from typing import Protocol

from harness.datasets.generator import Watch, unwatched


class Screen(Protocol):
    """Shows the steps of a run."""

    def begin(self, number: int, total: int, label: str) -> Watch:
        """A step begins; gives whom to tell of its progress."""

    def end(self, label: str, seconds: float, word: str = "done") -> None:
        """A step has ended."""


class Silence:
    """Shows nothing, for --quiet."""

    def begin(self, number: int, total: int, label: str) -> Watch:  # noqa: ARG002
        """Nothing."""
        return unwatched

    def end(self, label: str, seconds: float, word: str = "done") -> None:
        """Nothing."""
