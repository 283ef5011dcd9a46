"""Notes on the steps of a run that failed or were skipped, and on processes that died at a step."""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

from harness.options import Json
from harness.pipeline.step import StepName
from harness.results.document import Failure
from harness.runs.notes import RunNotes

FAILURES = "failures"  # the folder of these notes in a run's folder
DEATHS, AGAIN = ".deaths", ".again"


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

    def noted(self) -> set[str]:
        """List the digests of the steps of which a failure is noted."""
        return {name.removesuffix(".json") for name in self._files() if name.endswith(".json")}

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

    def is_noted(self, step: StepName) -> bool:
        """Tell whether a step is noted as failed or skipped."""
        return os.path.exists(f"{self.notes.folder}/{FAILURES}/{step.digest}.json")  # noqa: PTH110 - asked of thousands of steps

    def deaths(self, name: str) -> int:
        """Count the processes that were killed at a step; see `note_death`."""
        return int(self.notes.read(f"{FAILURES}/{name}{DEATHS}").get("deaths", 0))

    def note_death(self, name: str) -> int:
        """Record that a process was killed at a step, and give how many were.

        Args:
            name: digest of the step, or the name of the claim on the report.
        """
        deaths = self.deaths(name) + 1
        self.notes.write(f"{FAILURES}/{name}{DEATHS}", json.dumps({"deaths": deaths}))
        return deaths

    def postpone(self, step: StepName, why: str, pauses: Sequence[float]) -> float | None:
        """Record that a step is to be tried again after a pause.

        Args:
            step: of the run.
            why: it could not be done now.
            pauses: seconds before the second try, the third, and so on.

        Returns:
            The seconds of the pause; None: it was tried often enough, or cannot be noted.
        """
        tries = int(self._postponed(step.digest).get("tries", 0))
        if tries >= len(pauses):
            return None
        note = {"tries": tries + 1, "after": time.time() + pauses[tries], "reason": why}
        self.notes.write(f"{FAILURES}/{step.digest}{AGAIN}", json.dumps(note))
        is_noted = self._postponed(step.digest) == note  # not on a full disk
        return pauses[tries] if is_noted else None

    def postponed(self) -> dict[str, float]:
        """List the steps that are to be tried again, by digest: seconds until then, or since."""
        names = {name.removesuffix(AGAIN) for name in self._files() if name.endswith(AGAIN)}
        now = time.time()
        return {name: float(self._postponed(name).get("after", now)) - now for name in names}

    def _postponed(self, digest: str) -> dict[str, Json]:
        return self.notes.read(f"{FAILURES}/{digest}{AGAIN}")

    def _files(self) -> list[str]:
        try:
            return os.listdir(self.notes.folder / FAILURES)  # noqa: PTH208 - names are enough
        except OSError:
            return []

    def forget(self) -> None:
        """Remove all notes, so that failed steps are tried again."""
        for file in (self.notes.folder / FAILURES).glob("*.*"):
            if file.suffix in (".json", ".txt", DEATHS, AGAIN):
                file.unlink(missing_ok=True)
