"""The deadline of an assessment: what has not begun, or not ended, by then is left out."""

import time
from dataclasses import dataclass

from harness.errors import SkippedError
from harness.progress import Progress
from harness.runs.progress import Ending, RunProgress

RESERVED, SHARE = 10.0, 0.08  # for the report: seconds, and of all the time, whichever is more


class OutOfTimeError(SkippedError):
    """A step that the deadline has ended; the same command goes on with it."""


@dataclass(frozen=True)
class Deadline:
    """A number of minutes from the beginning of a command on.

    Attributes:
        minutes: None: there is no deadline.
        start: of the command, on the clock of time.monotonic.
    """

    minutes: float | None
    start: float

    @property
    def left(self) -> float:
        """Give the seconds that are left for steps; infinite without a deadline."""
        if self.minutes is None:
            return float("inf")
        whole = 60 * self.minutes
        return self.start + whole - max(RESERVED, SHARE * whole) - time.monotonic()

    @property
    def why(self) -> str:
        """Say why a step was left out."""
        return f"left out: --minutes {self.minutes:g} are over; the same command goes on from here"

    def require(self) -> None:
        """Refuse to go on after the deadline.

        Raises:
            OutOfTimeError: it is over.
        """
        if self.left <= 0:
            raise OutOfTimeError(self.why)


class Timed:
    """Shows steps as another one does, and ends the step that the deadline comes in."""

    def __init__(self, shown: RunProgress, deadline: Deadline) -> None:
        """Take what shows the steps."""
        self._shown, self._deadline = shown, deadline

    def begin(self, number: int, total: int, label: str) -> Progress:
        """See RunProgress."""
        within = self._shown.begin(number, total, label)

        def show(done: int, of: int, note: str = "", /) -> None:
            within(done, of, note)
            self._deadline.require()

        return show

    def end(self, label: str, seconds: float, outcome: Ending) -> None:
        """See RunProgress."""
        self._shown.end(label, seconds, outcome)
