"""One run: what it keeps, what became of its steps, and what a worker notes of it meanwhile."""

import csv
import functools
import json
import os
from dataclasses import dataclass
from pathlib import Path

from harness.errors import HarnessError, RequirementError, SpecError
from harness.files.atomic import reason
from harness.measurements import gathering
from harness.measurements.datasets.spec import Draw
from harness.measurements.reading.spec import ReadingEntry
from harness.people.answers import HUMAN, answers
from harness.pipeline.plan import Plan
from harness.pipeline.runner import finished
from harness.pipeline.step import Step, StepName
from harness.pipeline.store import Store
from harness.registry import suggestion
from harness.results.document import Document, Failure
from harness.sweep.model import SweepSpec
from workers import kept
from workers.notes import Notes

FAILURES, PAGE = "failures", "report.html"


@dataclass(frozen=True)
class Run(Notes):
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
        """Tell whether it has begun.

        Raises:
            LackingError: its folder may not be looked into.
        """
        try:
            return (self.folder / kept.ASKED).is_file()
        except OSError as error:
            raise RequirementError(f"cannot read {self.folder}: {reason(error)}") from None

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

    @functools.cached_property
    def draws(self) -> dict[str, Draw]:
        """Give how it draws its data sets, by the digests of the steps."""
        works = {step.digest: step.work for step in self.plan.steps if step.kind == "datasets"}
        return {name: work for name, work in works.items() if isinstance(work, Draw)}

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
            for reading in self.plan.find(ReadingEntry)
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
            self.note(f"{FAILURES}/{step.digest}.txt", traceback)
        # A reason may name a file in another encoding, which JSON cannot.
        why = why.encode("utf-8", "backslashreplace").decode()
        failure = Failure(step=step.label, status="failed", reason=why, traceback=trace)
        self.note(f"{FAILURES}/{step.digest}.json", failure.model_dump_json())

    def skip(self, step: StepName, why: str) -> None:
        """Note that a step was not tried, and why."""
        failure = Failure(step=step.label, status="skipped", reason=why)
        self.note(f"{FAILURES}/{step.digest}.json", failure.model_dump_json())

    def attempts(self, step: StepName, more: int, worker: int) -> int:
        """Count the processes of a worker that have begun a step and not said how it ended.

        Args:
            step: one of the run's.
            more: 1 when one begins, -1 when it has ended.
            worker: number of the worker; what was cut short with another one does not count, for
                that may have been stopped on purpose.

        Returns:
            How many there are now.
        """
        name = f"{FAILURES}/{step.digest}.attempts"
        note = self.noted(name)
        before = int(note.get("attempts", 0)) if note.get("worker") == worker else 0
        now = max(before + more, 0)
        if now:
            self.note(name, json.dumps({"worker": worker, "attempts": now}))
        else:
            (self.folder / name).unlink(missing_ok=True)
        return now

    def forget_failures(self) -> None:
        """Let failed steps be tried again."""
        for file in (self.folder / FAILURES).glob("*.*"):
            if file.suffix in (".json", ".txt", ".attempts"):
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

    def gather(self) -> Document:
        """Gather what is in the store now; nothing is written."""
        people = answers(self.folder / HUMAN)
        failures = self.failures()
        if people.left_out:
            failures[HUMAN] = Failure(step=HUMAN, status="skipped", reason=people.left_out)
        return gathering.gather(
            self.id,
            self.sweep,
            self.asked,
            self.plan,
            self.store,
            failures,
            people.taken,
        )

    def require_whole(self) -> None:
        """Refuse to replace figures that were measured by none: the store may be elsewhere.

        Raises:
            HarnessError: fewer rows are measured now than stand in the run's CSV files.
        """
        document = self.gather()
        measured = {
            "results.csv": sum(row.accuracy is not None for row in document.rows),
            "breakers.csv": sum(row.accuracy is not None for row in document.breakers),
        }
        for name, now in measured.items():
            before = _measured_rows(self.folder / name)
            if before > now:
                raise HarnessError(
                    f"{self.folder / name} has {before} measured rows, and the store of "
                    f"{self.home} only what makes {now}: nothing is written; bring the store back, "
                    "or `run` the sweep again, or write what is left elsewhere with --out DIR"
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
            gathering.keep(document, self.store)
        page = write(document, folder or self.folder)
        self.log(f"report: {page}")
        return document, page


def _measured_rows(file: Path) -> int:
    """Count the rows of a CSV file that hold an accuracy; none where it is missing or odd."""
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            return sum(bool(row.get("captcha_accuracy")) for row in csv.DictReader(stream))
    except (OSError, ValueError, csv.Error):
        return 0
