"""Errors that a person can cause or meet, each with the exit code of the command line.

Everything else that is raised is a defect of the project and keeps its traceback.
"""


class HarnessError(Exception):
    """Something ran and failed, or a threshold was missed.

    `details` may hold what does not fit a line: a traceback of the user's own function.
    """

    exit_code = 1

    def __init__(self, message: str, details: str = "") -> None:
        """Say it in one line."""
        super().__init__(message)
        self.details = details


class SkippedError(HarnessError):
    """A step that cannot be done here, while the rest of its run can: a reader not installed."""


class SpecError(HarnessError):
    """Wrong use: a sweep file, a name or a value that cannot be carried out."""

    exit_code = 2


class LackingError(HarnessError):
    """The environment lacks something: a network, a program, a right, room on the disk."""

    exit_code = 3
