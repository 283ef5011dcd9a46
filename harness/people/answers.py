"""Answers of people on the page /try: human.csv, a line for each captcha."""

import csv
import fcntl
import io
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from harness.errors import RequirementError
from harness.files.atomic import reason
from harness.options import Options

HUMAN = "human.csv"
HUMAN_COLUMNS = ("variant", "person", "right", "seconds")
TORN = ",torn"  # appended to a line that was cut off, so that it is no answer
SHORT = 200  # bytes, longer than any line of ours
NAMED = 5  # lines that a report lists


class Answered(Options):
    """The answer of a person to one captcha.

    Attributes:
        variant: how the page showed it.
        person: a random number for each browser; nothing else is known of who it was.
        right: whether the answer was right.
        seconds: from the request for the page to the answer.
    """

    variant: Annotated[str, Field(min_length=1)]
    person: Annotated[str, Field(min_length=1)]
    right: bool
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True)
class Answers:
    """The answers of one human.csv.

    Attributes:
        taken: the answers.
        left_out: a sentence that lists the lines that are no answers; empty if all are.
    """

    taken: Sequence[Answered] = ()
    left_out: str = ""


def note(file: Path, answer: Answered) -> None:
    """Append an answer to human.csv, whole or not at all, also beside other processes.

    Raises:
        RequirementError: the file cannot be written.
    """
    try:
        # Does not wait for a reader, should the file be a pipe.
        handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o644)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise RequirementError(f"cannot write {file}: it is no file; move it away")
            fcntl.flock(handle, fcntl.LOCK_EX)
            columns = _columns(os.pread(handle, SHORT, 0).partition(b"\n")[0]) or HUMAN_COLUMNS
            line = _line(getattr(answer, name) for name in columns)
            _add(handle, _beginning(handle) + line)
        finally:
            os.close(handle)
    except OSError as error:
        raise RequirementError(f"cannot write {file}: {reason(error)}") from None


def _beginning(handle: int) -> bytes:
    """Give what a file needs before its next line: a header, or an end to the line before."""
    size = os.fstat(handle).st_size
    if size == 0:
        return _line(HUMAN_COLUMNS)
    last = os.pread(handle, SHORT, max(0, size - SHORT)).rpartition(b"\n")[2]
    if not last:
        return b""
    return b"\n" if _columns(last) else f"{TORN}\n".encode()


def _add(handle: int, data: bytes) -> None:
    """Append all bytes, or, where the disk is full, none."""
    before = os.fstat(handle).st_size
    try:
        written = os.write(handle, data)
    except OSError:
        os.ftruncate(handle, before)
        raise
    if written < len(data):
        os.ftruncate(handle, before)
        raise OSError("the disk is full")


def answers(file: Path) -> Answers:
    """Read the answers of a human.csv; none if the file does not exist.

    Lines that are no answers (a write that was cut off, a change by hand) are left out and named.

    Raises:
        RequirementError: the file cannot be read.
    """
    if not file.is_file():
        return Answers()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise RequirementError(f"cannot read {file}: {reason(error)}") from None
    *whole, tail = data.split(b"\n")
    columns: Sequence[str] = HUMAN_COLUMNS
    taken, wrong = [], []
    for number, line in enumerate(whole, 1):
        if header := _columns(line):
            columns = header  # also where there are several
        elif answer := _answer(columns, fields := _fields(line)):
            taken.append(answer)
        elif any(fields):
            wrong.append(number)
    if tail.strip() and not _columns(tail):
        wrong.append(len(whole) + 1)  # even if it reads well: 1 may be the begin of 12.5 seconds
    return Answers(taken, _named(wrong))


def _columns(line: bytes) -> list[str] | None:
    """Read the columns of a header, in any order; None if the line is no header."""
    fields = _fields(line.removeprefix(b"\xef\xbb\xbf"))  # a mark that editors put there
    return fields if sorted(fields) == sorted(HUMAN_COLUMNS) else None


def _answer(columns: Sequence[str], fields: Sequence[str]) -> Answered | None:
    try:
        return Answered.model_validate(dict(zip(columns, fields, strict=True)))
    except ValueError:
        return None


def _named(wrong: Sequence[int]) -> str:
    if not wrong:
        return ""
    numbers = ", ".join(map(str, wrong[:NAMED])) + (", ..." if len(wrong) > NAMED else "")
    return (
        f"{len(wrong)} of its lines ({numbers}) are no whole answers "
        f"({', '.join(HUMAN_COLUMNS)}) and were left out; mend them or take them out"
    )


def _fields(line: bytes) -> list[str]:
    """Split one line into its fields; a line that is no text has one that no column takes."""
    try:
        rows = list(csv.reader([line.decode()]))
    except (UnicodeDecodeError, csv.Error):
        return ["?"]
    return [field.strip() for field in rows[0]] if rows else []


def _line(fields: Iterable[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(fields)
    return text.getvalue().encode()
