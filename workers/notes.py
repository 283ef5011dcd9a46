"""What processes note of a run in its folder, for those who watch from outside."""

import contextlib
import datetime
import json
import os
import socket
import uuid
from pathlib import Path
from typing import Any

from harness.errors import RequirementError
from harness.files.atomic import append, reason, replace
from harness.pipeline.step import StepName

LOG = "log.txt"
RUNNING, CANCELED, ENDED, NOW = "running", "canceled", "ended.json", "now.json"


class Notes:
    """The notes of one run: is it wanted, is it at work, where is it, how did it end.

    Attributes:
        id: of the run.
        folder: of its files.
    """

    id: str

    @property
    def folder(self) -> Path:
        """Give the folder of its files."""
        raise NotImplementedError

    @property
    def canceled(self) -> bool:
        """Tell whether somebody asked that no more steps be started."""
        return (self.folder / CANCELED).exists()

    def cancel(self, wanted: bool) -> None:
        """Ask that no more steps be started, or take that back.

        Raises:
            LackingError: the run's folder cannot be written.
        """
        self._mark(CANCELED, wanted)

    def begin(self) -> str:
        """Note that the run has been enqueued and not ended; give the mark of this time.

        Tasks carry it: those of a time before, which was canceled, end when they see another.
        """
        (self.folder / ENDED).unlink(missing_ok=True)
        mark = uuid.uuid4().hex[:8]
        self._mark(RUNNING, True)
        self.note(RUNNING, mark)
        return mark

    def is_at(self, mark: str) -> bool:
        """Tell whether the run is at the time with this mark: not ended, nor enqueued again."""
        try:
            return (self.folder / RUNNING).read_text() == mark
        except OSError:
            return False

    def end(self, why: str = "") -> None:
        """Note that the run has ended.

        Args:
            why: it ended before its report, and why; empty: its report is written.
        """
        if why:
            self.note(ENDED, json.dumps({"reason": why}))
            self.log(f"ended: {why}")
        with contextlib.suppress(OSError):
            if not why:
                (self.folder / ENDED).unlink(missing_ok=True)
            (self.folder / RUNNING).unlink(missing_ok=True)
            (self.folder / NOW).unlink(missing_ok=True)

    def ended_by(self) -> str:
        """Tell why the run ended before its report; empty where it did not."""
        return str(self.noted(ENDED).get("reason", ""))

    @property
    def running(self) -> bool:
        """Tell whether it has been enqueued and has not ended."""
        return (self.folder / RUNNING).exists()

    def tell(self, step: StepName, share: float, word: str) -> None:
        """Note how far the step is that a worker is at, for those who watch from outside."""
        now = {"digest": step.digest, "step": step.label, "share": round(share, 3), "word": word}
        self.note(NOW, json.dumps(now))

    def now(self) -> dict[str, Any]:
        """Read the note of `tell`; empty where there is none."""
        now = self.noted(NOW)
        return now if {"digest", "step", "share", "word"} <= now.keys() else {}

    def log(self, event: str) -> None:
        """Add a line to the run's log: when, on which machine, by which process, what."""
        when = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        with contextlib.suppress(OSError):  # a log must not end what it tells of
            append(
                self.folder / LOG, f"{when} {socket.gethostname()}:{os.getpid()} {self.id} {event}"
            )

    def _mark(self, name: str, wanted: bool) -> None:
        try:
            if wanted:
                (self.folder / name).touch()
            else:
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise RequirementError(f"cannot write to {self.folder}: {reason(error)}") from None

    def note(self, name: str, text: str) -> None:
        """Write a note; a disk that is full must not end the run that the note is about."""
        with contextlib.suppress(OSError):
            (self.folder / name).parent.mkdir(exist_ok=True)
            replace(self.folder / name, text)

    def noted(self, name: str) -> dict[str, Any]:
        """Read a note; empty where it is missing or damaged."""
        try:
            content = json.loads((self.folder / name).read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}
