"""Errors that a person can cause or meet, each with the exit code of the command line.

Everything else that is raised is a defect of the project and keeps its traceback.
"""

import re

MOST_LINES = 20  # mistakes of a file that are told at once
# What a terminal would obey, or take for the end of the line.
_BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+\s*")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")


def folded(text: str) -> str:
    """A text on one line, what a terminal would obey spelled out."""
    flat = _BREAKS.sub(" ", text.strip())
    return _CONTROLS.sub(lambda match: f"\\x{ord(match.group()):02x}", flat)


class HarnessError(Exception):
    """Something ran and failed, or a threshold was missed.

    `details` may hold what does not fit a line: a traceback of the user's own function.
    """

    exit_code = 1

    def __init__(self, message: str, details: str = "") -> None:
        """Say it in one line."""
        super().__init__(message)
        self.details = details

    def __str__(self) -> str:
        """Give one line, whatever it was made of."""
        return folded(super().__str__())

    def lines(self) -> tuple[str, ...]:
        """Say what a terminal shows: one line."""
        return (str(self),)


class SkippedError(HarnessError):
    """A step that cannot be done here, while the rest of its run can: a reader not installed."""


class SpecError(HarnessError):
    """Wrong use: a sweep file, a name or a value that cannot be carried out."""

    exit_code = 2


class SweepError(SpecError):
    """All mistakes of a sweep file; as text they stand on one line, on a terminal each on its own.

    Attributes:
        mistakes: a line for each: the place, the value, the choices, the next action.
    """

    def __init__(self, *mistakes: str) -> None:
        """Keep each once, in order."""
        super().__init__("; ".join(mistakes))
        self.args = mistakes
        self.mistakes = tuple(dict.fromkeys(folded(mistake) for mistake in mistakes))

    def __str__(self) -> str:
        """Give all that `lines` gives, on one line."""
        return "; ".join(self.lines())

    def within(self, file: object) -> "SweepError":
        """Give the same, each line begun by the file's name."""
        return SweepError(*(f"{file}: {mistake}" for mistake in self.mistakes))

    def lines(self) -> tuple[str, ...]:
        """Give the mistakes; of very many the first, and how many more there are."""
        more = len(self.mistakes) - MOST_LINES
        if more <= 0:
            return self.mistakes
        return (*self.mistakes[:MOST_LINES], f"and {more} more mistakes like these")


class RequirementError(HarnessError):
    """The environment lacks something: a network, a program, a right, room on the disk."""

    exit_code = 3
