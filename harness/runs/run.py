"""One run, opened for reading: what it keeps, its plan, and what is missing of its steps."""

import functools
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import HarnessError, RequirementError, SpecError
from harness.files.atomic import reason
from harness.measurements.datasets.work import Draw
from harness.measurements.reading.work import ReadingEntry
from harness.pipeline.plan import Plan
from harness.pipeline.runner import finished, unfinished
from harness.pipeline.step import Step, StepName
from harness.pipeline.store import Store
from harness.registry import suggestion
from harness.results.document import Failure
from harness.results.rows.row import UNDEFENDED
from harness.runs import run_files
from harness.runs.claims import Claims
from harness.runs.failures import FailureNotes
from harness.runs.notes import RunNotes
from harness.sweep.model import SweepSpec


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

    @functools.cached_property
    def notes(self) -> RunNotes:
        """Give the notes that processes leave of it."""
        return RunNotes(self.id, self.folder)

    @functools.cached_property
    def failure_notes(self) -> FailureNotes:
        """Give the notes on steps that failed or were skipped; see `failures`."""
        return FailureNotes(self.notes)

    @functools.cached_property
    def claims(self) -> Claims:
        """Give the claims of the processes that carry out its steps."""
        return Claims(self.store)

    @property
    def is_read_only(self) -> bool:
        """Tell whether nothing can be written to its folder."""
        return not os.access(self.folder, os.W_OK)

    @property
    def exists(self) -> bool:
        """Tell whether it has begun.

        Raises:
            RequirementError: its folder may not be looked into.
        """
        try:
            return (self.folder / run_files.ASKED).is_file()
        except OSError as error:
            raise RequirementError(f"cannot read {self.folder}: {reason(error)}") from None

    @functools.cached_property
    def begun(self) -> str:
        """Tell when it began, ISO 8601 in UTC."""
        return run_files.begin_time(self.folder)

    @functools.cached_property
    def commit(self) -> str:
        """Tell the commit of the sweep file's repository; empty where it is not kept."""
        return run_files.commit(self.folder)

    @functools.cached_property
    def asked(self) -> str:
        """Give the text of the sweep file."""
        return run_files.sweep_text(self.folder)

    @functools.cached_property
    def sweep(self) -> SweepSpec:
        """Give the sweep as it was understood when the run began."""
        return run_files.sweep(self.folder)

    @functools.cached_property
    def plan(self) -> Plan:
        """Give the plan of that moment."""
        return run_files.read_plan(self.folder)

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
            for step in self._listed.values()
        ]

    @functools.cached_property
    def _listed(self) -> dict[str, run_files.Json]:
        """Give its steps as its plan file lists them, by their digests."""
        return {step["digest"]: step for step in run_files.steps(self.folder)}

    @functools.cached_property
    def step_names(self) -> dict[str, StepName]:
        """Give the names of its steps by their digests."""
        return {step.digest: step for step in self.steps}

    def digests(self) -> list[str]:
        """List the digests of its steps."""
        return [step.digest for step in self.steps]

    @functools.cached_property
    def draws(self) -> "Drawings":
        """Give how it draws its data sets, by the digests of the steps."""
        return Drawings(self)

    def step(self, name: str) -> Step:
        """Find the step of a digest; of its plan, nothing else is read.

        Raises:
            HarnessError: the run has no such step.
        """
        if name not in self._listed:
            raise HarnessError(f"{self.id} has no step {name!r}")
        if name not in self._read_steps:
            step = None if "plan" in vars(self) else run_files.read_step(self._listed[name])
            steps = (step,) if step else self.plan.steps
            self._read_steps.update({step.digest: step for step in steps})
        return self._read_steps[name]

    @functools.cached_property
    def _read_steps(self) -> dict[str, Step]:
        return {}

    def training(self, breaker: str, defense: str = UNDEFENDED) -> str:
        """Give the digest of the step that trains a breaker.

        Args:
            breaker: its name in the sweep.
            defense: the name of the defense that trains it; "none": undefended.

        Raises:
            SpecError: the run trains no such breaker.
        """
        known = {
            (reading.breaker, reading.defense): reading.trained
            for reading in self.plan.find(ReadingEntry)
            if reading.trained is not None
        }
        if (breaker, defense) not in known:
            names = sorted({name for name, _defense in known})
            raise SpecError(
                f"{self.id} trains no breaker {breaker!r} with defense {defense!r}; "
                f"{suggestion(breaker, names)}"
            )
        return known[breaker, defense]

    def trained(self, breaker: str, defense: str = UNDEFENDED) -> Path:
        """Give the folder of a trained breaker in the store; see `training`.

        Raises:
            SpecError: the run trains no such breaker, or has not trained it yet.
        """
        digest = self.training(breaker, defense)
        if self.store.find("breakers", digest, read=True) is None:
            raise SpecError(f"{breaker!r} is not trained yet; run {self.id} first")
        return self.store.path("breakers", digest)

    def missing(self) -> list[StepName]:
        """List the steps that are not finished, in order."""
        return unfinished(self.steps, self.store)

    def failures(self) -> dict[str, Failure]:
        """Give what went wrong, by digest; a step that has been done since no longer counts."""
        noted = self.failure_notes.noted()
        return {
            step.digest: failure
            for step in self.steps
            if step.digest in noted
            and (failure := self.failure_notes.read(step))
            and finished(step, self.store) is None
        }


class Drawings(Mapping[str, Draw]):
    """How a run draws its data sets, by the digests of the steps; each is read when asked for."""

    def __init__(self, run: Run) -> None:
        """Read nothing yet."""
        self._run = run
        self._names = [step.digest for step in run.steps if step.kind == "datasets"]

    def __getitem__(self, name: str) -> Draw:
        """Give the work of a step that draws."""
        work = self._run.step(name).work if name in self._names else None
        if not isinstance(work, Draw):
            raise KeyError(name)
        return work

    def __iter__(self) -> Iterator[str]:
        """Go through the digests of the steps that draw."""
        return (name for name in self._names if isinstance(self._run.step(name).work, Draw))

    def __len__(self) -> int:
        """Count them."""
        return sum(1 for _ in self)
