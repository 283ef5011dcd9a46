"""What people answered on the page /try: human.csv, a line for each captcha."""

import csv
from collections.abc import Sequence
from pathlib import Path

from harness.errors import HarnessError, LackingError
from harness.specs import Options

HUMAN = "human.csv"
HUMAN_COLUMNS = ("variant", "person", "right", "seconds")


class Answered(Options):
    """One captcha that a person tried.

    Attributes:
        variant: how the page showed it.
        person: a number made up for one browser; nothing else is known of who it was.
        right: whether the answer was.
        seconds: from asking for the page to the answer.
    """

    variant: str
    person: str
    right: bool
    seconds: float


def note(file: Path, answer: Answered) -> None:
    """Add a line.

    Raises:
        LackingError: the file cannot be written.
    """
    try:
        with file.open("a", newline="") as stream:
            lines = csv.writer(stream, lineterminator="\n")
            if stream.tell() == 0:
                lines.writerow(HUMAN_COLUMNS)
            lines.writerow([getattr(answer, name) for name in HUMAN_COLUMNS])
    except OSError as error:
        raise LackingError(f"cannot write {file}: {error.strerror}") from None


def answers(file: Path) -> Sequence[Answered]:
    """All lines of a file; none if it is not there.

    Raises:
        HarnessError: a line is not one of ours.
    """
    if not file.is_file():
        return ()
    with file.open(newline="") as stream:
        lines = list(csv.DictReader(stream))
    try:
        return [Answered.model_validate(line) for line in lines]
    except ValueError:
        raise HarnessError(
            f"{file}: lines must have {', '.join(HUMAN_COLUMNS)}; mend it or move it away"
        ) from None
