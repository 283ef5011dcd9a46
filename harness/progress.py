"""Progress: how far a piece of work has come, told to whoever wants to know."""

from typing import Protocol


class Progress(Protocol):
    """Takes note of progress: `done` of `total` parts, and what is being done."""

    def __call__(self, done: int, total: int, note: str = "", /) -> None: ...


def no_progress(done: int, total: int, note: str = "") -> None:
    """Ignore progress."""
