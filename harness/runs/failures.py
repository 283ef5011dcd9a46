"""Notes on the steps of a run that failed or were skipped, and on processes that died at a step."""

import json
from dataclasses import dataclass

from harness.pipeline.step import StepName
from harness.results.document import Failure
from harness.runs.notes import RunNotes

FAILURES = "failures"  # the folder of these notes in a run's folder


@dataclass(frozen=True)
class FailureNotes:
    """The notes of one run on its steps, by their digests.

    Attributes:
        notes: of the run.
    """

    notes: RunNotes

    def fail(self, step: StepName, why: str, traceback: str = "") -> None:
        """Record that a step failed, and why; a defect's traceback lies beside the note."""
        file = f"{FAILURES}/{step.digest}.txt" if traceback else ""
        if traceback:
            self.notes.write(file, traceback)
        # A reason may name a file in another encoding, which JSON cannot.
        why = why.encode("utf-8", "backslashreplace").decode()
        failure = Failure(step=step.label, status="failed", reason=why, traceback=file)
        self.notes.write(f"{FAILURES}/{step.digest}.json", failure.model_dump_json())

    def skip(self, step: StepName, why: str) -> None:
        """Record that a step was not tried, and why."""
        failure = Failure(step=step.label, status="skipped", reason=why)
        self.notes.write(f"{FAILURES}/{step.digest}.json", failure.model_dump_json())

    def read(self, step: StepName) -> Failure | None:
        """Read what is noted of a step; a note that cannot be read is a failure too."""
        file = self.notes.folder / FAILURES / f"{step.digest}.json"
        try:
            return Failure.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            why = f"its note cannot be read: {file}"
            return Failure(step=step.label, status="failed", reason=why)

    def attempts(self, step: StepName, worker: int) -> int:
        """Count the processes of a worker that have begun a step and not ended it.

        Args:
            step: of the run.
            worker: process id of the worker; what was cut short under another one does not count,
                since that one may have been stopped on purpose.
        """
        note = self.notes.read(f"{FAILURES}/{step.digest}.attempts")
        return int(note.get("attempts", 0)) if note.get("worker") == worker else 0

    def begin_attempt(self, step: StepName, worker: int) -> int:
        """Record that a process of a worker begins a step, and give how many now count."""
        attempts = self.attempts(step, worker) + 1
        self._note_attempts(step, worker, attempts)
        return attempts

    def end_attempt(self, step: StepName, worker: int) -> None:
        """Record that a process of a worker has ended a step, however that went."""
        self._note_attempts(step, worker, self.attempts(step, worker) - 1)

    def _note_attempts(self, step: StepName, worker: int, attempts: int) -> None:
        name = f"{FAILURES}/{step.digest}.attempts"
        if attempts > 0:
            self.notes.write(name, json.dumps({"worker": worker, "attempts": attempts}))
        else:
            (self.notes.folder / name).unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove all notes, so that failed steps are tried again."""
        for file in (self.notes.folder / FAILURES).glob("*.*"):
            if file.suffix in (".json", ".txt", ".attempts"):
                file.unlink(missing_ok=True)
