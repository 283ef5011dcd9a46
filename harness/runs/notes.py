"""Notes that processes leave in a run's folder, for those who watch from outside."""

import contextlib
import datetime
import json
import os
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import RequirementError
from harness.files.atomic import append, reason, replace

LOG = "log.txt"
RUNNING, CANCELED, ENDED = "running", "canceled", "ended.json"


@dataclass(frozen=True)
class RunNotes:
    """The notes of one run: whether it is enqueued or canceled, where it is, how it ended.

    Attributes:
        run: the run's id, for the log.
        folder: where the run's files are.
    """

    run: str
    folder: Path

    @property
    def is_canceled(self) -> bool:
        """Tell whether somebody asked that no more steps be started."""
        return (self.folder / CANCELED).exists()

    def cancel(self) -> None:
        """Ask that no more steps be started.

        Raises:
            RequirementError: the run's folder cannot be written.
        """
        with self._writing():
            (self.folder / CANCELED).touch()

    def uncancel(self) -> None:
        """Take a cancellation back.

        Raises:
            RequirementError: the run's folder cannot be written.
        """
        with self._writing():
            (self.folder / CANCELED).unlink(missing_ok=True)

    def begin(self) -> str:
        """Record that the run has been enqueued and not ended, and give the mark of this time.

        Tasks carry the mark: those of an earlier time, which was canceled, end when they see
        another one.

        Raises:
            RequirementError: the run's folder cannot be written.
        """
        mark = uuid.uuid4().hex[:8]
        with self._writing():
            (self.folder / ENDED).unlink(missing_ok=True)
            replace(self.folder / RUNNING, mark)
        return mark

    def is_current(self, mark: str) -> bool:
        """Tell whether the run has neither ended nor been enqueued again since `begin`."""
        return bool(mark) and self.mark() == mark

    def mark(self) -> str:
        """Give the mark of the time that the run was enqueued last; empty where it has ended."""
        try:
            return (self.folder / RUNNING).read_text()
        except OSError:
            return ""

    def end(self, why: str = "") -> None:
        """Record that the run has ended.

        Args:
            why: what ended it before its report; empty: its report is written.
        """
        if why:
            self.write(ENDED, json.dumps({"reason": why}))
            self.log(f"ended: {why}")
        with contextlib.suppress(OSError):
            if not why:
                (self.folder / ENDED).unlink(missing_ok=True)
            (self.folder / RUNNING).unlink(missing_ok=True)

    def end_reason(self) -> str:
        """Tell what ended the run before its report; empty where nothing did."""
        return str(self.read(ENDED).get("reason", ""))

    @property
    def is_running(self) -> bool:
        """Tell whether the run has been enqueued and has not ended."""
        return (self.folder / RUNNING).exists()

    def log(self, event: str) -> None:
        """Add a line to the run's log: when, on which machine, by which process, what."""
        when = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        line = f"{when} {socket.gethostname()}:{os.getpid()} {self.run} {event}"
        with contextlib.suppress(OSError):  # a log must not end the run that it is about
            append(self.folder / LOG, line)

    def write(self, name: str, text: str) -> None:
        """Write a note; a full disk must not end the run that the note is about."""
        with contextlib.suppress(OSError):
            (self.folder / name).parent.mkdir(exist_ok=True)
            replace(self.folder / name, text)

    def read(self, name: str) -> dict[str, Any]:
        """Read a JSON note; empty where it is missing or damaged."""
        try:
            content = json.loads((self.folder / name).read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn a failure to write into one clear line."""
        try:
            yield
        except OSError as error:
            raise RequirementError(f"cannot write to {self.folder}: {reason(error)}") from None
