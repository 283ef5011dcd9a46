"""Errors that a person can cause or meet, each with the exit code of the command line.

Everything else that is raised is a defect of the project and keeps its traceback.
"""

import re

MOST_LINES = 20  # mistakes of a file that are listed at once
# What a terminal would obey, or take for the end of the line.
_BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+\s*")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")


def folded(text: str) -> str:
    """Fold a text into one line, and spell out the characters that a terminal would obey."""
    flat = _BREAKS.sub(" ", text.strip())
    return _CONTROLS.sub(lambda match: f"\\x{ord(match.group()):02x}", flat)


class HarnessError(Exception):
    """Work that failed, or a threshold that was missed; the base of all errors here.

    `details` may hold what does not fit a line: a traceback of the user's own function.
    """

    exit_code = 1

    def __init__(self, message: str, details: str = "") -> None:
        """Take the message, one line, and details that do not fit it."""
        super().__init__(message)
        self.details = details

    def __str__(self) -> str:
        """Give the message as one line, whatever text it was given."""
        return folded(super().__str__())

    def lines(self) -> tuple[str, ...]:
        """List the lines that a terminal shows: one."""
        return (str(self),)


class SkippedError(HarnessError):
    """A step that cannot be done here, while the rest of its run can: a reader not installed."""


class SpecError(HarnessError):
    """A sweep file, a name or a value that cannot be carried out."""

    exit_code = 2


class SweepError(SpecError):
    """All mistakes of a sweep file; as text they stand on one line, on a terminal each on its own.

    Attributes:
        mistakes: a line for each: the place, the value, the choices, the next action.
    """

    def __init__(self, *mistakes: str) -> None:
        """Keep each mistake once, in order."""
        super().__init__("; ".join(mistakes))
        self.args = mistakes
        self.mistakes = tuple(dict.fromkeys(folded(mistake) for mistake in mistakes))

    def __str__(self) -> str:
        """Join `lines` to one line."""
        return "; ".join(self.lines())

    def within(self, file: object) -> "SweepError":
        """Begin each line with the name of the file; gives a new error."""
        return SweepError(*(f"{file}: {mistake}" for mistake in self.mistakes))

    def lines(self) -> tuple[str, ...]:
        """List the mistakes; of very many, the first ones and how many more there are."""
        more = len(self.mistakes) - MOST_LINES
        if more <= 0:
            return self.mistakes
        return (*self.mistakes[:MOST_LINES], f"and {more} more mistakes like these")


class RequirementError(HarnessError):
    """A requirement that the environment does not meet: network, program, right, disk space."""

    exit_code = 3


class PassingError(RequirementError):
    """A requirement that may be met in a moment: memory, disk space, a file that cannot be read."""
