"""One run: what it keeps, what became of its steps, and what a worker notes of it meanwhile."""

import contextlib
import datetime
import functools
import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import evidence
from harness.errors import HarnessError, LackingError, SpecError
from harness.files import append, reason, replace
from harness.humans import HUMAN, answers
from harness.plan import Plan
from harness.results import Document, Failure
from harness.steps import finished
from harness.store import Store
from harness.sweep import SweepSpec
from harness.tables import suggestion
from harness.work import Step, StepName
from workers import kept

FAILURES, LOG = "failures", "log.txt"
PAGE = "report.html"
RUNNING, CANCELED, ENDED, NOW = "running", "canceled", "ended.json", "now.json"


@dataclass(frozen=True)
class Run:
    """One sweep in one home, read from the run's own folder.

    Attributes:
        id: its name and the start of its digest: the same sweep is the same run.
        home: the home folder.
        store: where artifacts are.
    """

    id: str
    home: Path
    store: Store

    @property
    def folder(self) -> Path:
        """Give the folder of its files."""
        return self.home / "runs" / self.id

    @property
    def sources(self) -> Path:
        """Give the folder of downloads."""
        return self.home / "downloads"

    @property
    def is_read_only(self) -> bool:
        """Tell whether nothing can be written to its folder."""
        return not os.access(self.folder, os.W_OK)

    @property
    def exists(self) -> bool:
        """Tell whether it has begun."""
        return (self.folder / kept.ASKED).is_file()

    @functools.cached_property
    def begun(self) -> str:
        """Tell when it began, ISO 8601 in UTC."""
        return kept.began(self.folder)

    @functools.cached_property
    def asked(self) -> str:
        """Give the text of the sweep file."""
        return kept.asked(self.folder)

    @functools.cached_property
    def sweep(self) -> SweepSpec:
        """Give the sweep as it was understood when the run began."""
        return kept.sweep(self.folder)

    @functools.cached_property
    def plan(self) -> Plan:
        """Give the plan of that moment."""
        return kept.read_plan(self.folder)

    @functools.cached_property
    def steps(self) -> list[StepName]:
        """List the names of its steps, in order; quicker than the plan, and always readable."""
        return [
            StepName.model_construct(
                kind=step["kind"],
                digest=step["digest"],
                label=step["label"],
                needs=tuple((kind, name) for kind, name in step["needs"]),
            )
            for step in kept.steps(self.folder)
        ]

    def digests(self) -> list[str]:
        """List the digests of its steps."""
        return [step.digest for step in self.steps]

    def step(self, name: str) -> Step:
        """Find the step of a digest.

        Raises:
            HarnessError: the run has no such step.
        """
        steps: dict[str, Step] = self._by_digest
        if name not in steps:
            raise HarnessError(f"{self.id} has no step {name!r}")
        return steps[name]

    @functools.cached_property
    def _by_digest(self) -> dict[str, Step]:
        return {step.digest: step for step in self.plan.steps}

    def trained(self, breaker: str, defense: str = "none") -> Path:
        """Give the folder of a trained breaker in the store.

        Raises:
            SpecError: the run has no such breaker, or has not trained it yet.
        """
        known = {
            (reading.breaker, reading.defense): reading.trained
            for reading in self.plan.readings
            if reading.trained
        }
        if (breaker, defense) not in known:
            names = sorted({name for name, _defense in known})
            raise SpecError(
                f"{self.id} trains no breaker {breaker!r} with defense {defense!r}; "
                f"{suggestion(breaker, names)}"
            )
        digest = known[breaker, defense]
        if digest is None or self.store.find("breakers", digest, read=True) is None:
            raise SpecError(f"{breaker!r} is not trained yet; run {self.id} first")
        return self.store.path("breakers", digest)

    def missing(self) -> list[StepName]:
        """List the steps that are not finished, in order."""
        return [step for step in self.steps if finished(step, self.store) is None]

    def fail(self, step: StepName, why: str, traceback: str = "") -> None:
        """Note that a step failed, and why; a defect's traceback lies beside the note."""
        trace = f"{FAILURES}/{step.digest}.txt" if traceback else ""
        if traceback:
            self._note(f"{FAILURES}/{step.digest}.txt", traceback)
        failure = Failure(step=step.label, status="failed", reason=why, traceback=trace)
        self._note(f"{FAILURES}/{step.digest}.json", failure.model_dump_json())

    def skip(self, step: StepName, why: str) -> None:
        """Note that a step was not tried, and why."""
        failure = Failure(step=step.label, status="skipped", reason=why)
        self._note(f"{FAILURES}/{step.digest}.json", failure.model_dump_json())

    def forget_failures(self) -> None:
        """Let failed steps be tried again."""
        for file in (self.folder / FAILURES).glob("*.*"):
            if file.suffix in (".json", ".txt"):
                file.unlink(missing_ok=True)

    def failures(self) -> dict[str, Failure]:
        """Give what went wrong, by digest; a step that has been done since no longer counts."""
        return {
            step.digest: noted
            for step in self.steps
            if (noted := self._failure(step)) and finished(step, self.store) is None
        }

    def _failure(self, step: StepName) -> Failure | None:
        file = self.folder / FAILURES / f"{step.digest}.json"
        try:
            return Failure.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            why = f"its note cannot be read: {file}"
            return Failure(step=step.label, status="failed", reason=why)

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

    def begin(self) -> None:
        """Note that the run has been enqueued and not ended."""
        (self.folder / ENDED).unlink(missing_ok=True)
        self._mark(RUNNING, True)

    def end(self, why: str = "") -> None:
        """Note that the run has ended.

        Args:
            why: it ended before its report, and why; empty: its report is written.
        """
        if why:
            self._note(ENDED, json.dumps({"reason": why}))
            self.log(f"ended: {why}")
        with contextlib.suppress(OSError):
            if not why:
                (self.folder / ENDED).unlink(missing_ok=True)
            (self.folder / RUNNING).unlink(missing_ok=True)
            (self.folder / NOW).unlink(missing_ok=True)

    def ended_by(self) -> str:
        """Tell why the run ended before its report; empty where it did not."""
        return str(_table(self.folder / ENDED).get("reason", ""))

    @property
    def running(self) -> bool:
        """Tell whether it has been enqueued and has not ended."""
        return (self.folder / RUNNING).exists()

    def tell(self, step: StepName, share: float, word: str) -> None:
        """Note how far the step is that a worker is at, for those who watch from outside."""
        now = {"digest": step.digest, "step": step.label, "share": round(share, 3), "word": word}
        self._note(NOW, json.dumps(now))

    def now(self) -> dict[str, Any]:
        """Read the note of `tell`; empty where there is none."""
        now = _table(self.folder / NOW)
        return now if {"digest", "step", "share", "word"} <= now.keys() else {}

    def log(self, event: str) -> None:
        """Add a line to the run's log: when, on which machine, by which process, what."""
        when = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        with contextlib.suppress(OSError):  # a log must not end what it tells of
            append(
                self.folder / LOG, f"{when} {socket.gethostname()}:{os.getpid()} {self.id} {event}"
            )

    def gather(self) -> Document:
        """Gather what is in the store now; nothing is written."""
        people = answers(self.folder / HUMAN)
        failures = [*self.failures().values()]
        if people.left_out:
            failures.append(Failure(step=HUMAN, status="skipped", reason=people.left_out))
        return evidence.gather(
            self.id,
            self.sweep,
            self.asked,
            self.plan,
            self.store,
            failures,
            people.taken,
        )

    def report(self, folder: Path | None = None) -> tuple[Document, Path]:
        """Write the CSV files and the page from what is in the store.

        Args:
            folder: where they go; by default the run's own, and the document is kept as well.

        Returns:
            The document, and the page's path.

        Raises:
            LackingError: the folder cannot be written.
        """
        from reports import write

        document = self.gather()
        if folder is None:
            evidence.keep(document, self.store)
        page = write(document, folder or self.folder)
        self.log(f"report: {page}")
        return document, page

    def _mark(self, name: str, wanted: bool) -> None:
        try:
            if wanted:
                (self.folder / name).touch()
            else:
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise LackingError(f"cannot write to {self.folder}: {reason(error)}") from None

    def _note(self, name: str, text: str) -> None:
        """Write a note; a disk that is full must not end the run that the note is about."""
        with contextlib.suppress(OSError):
            (self.folder / name).parent.mkdir(exist_ok=True)
            replace(self.folder / name, text)


def _table(file: Path) -> dict[str, Any]:
    """Read a note; empty where it is missing or damaged."""
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
