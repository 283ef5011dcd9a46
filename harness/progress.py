"""Progress: how far a piece of work has come, reported to a function."""

from typing import Protocol


class Progress(Protocol):
    """A function that is called with progress: `done` of `total` parts, and what is being done."""

    def __call__(self, done: int, total: int, note: str = "", /) -> None: ...


def no_progress(done: int, total: int, note: str = "") -> None:
    """Ignore progress."""
