"""The home folder: everything that is written, and one folder for each run."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import evidence, sweepfile
from harness.errors import SpecError
from harness.humans import HUMAN, answers
from harness.plan import Plan, plan
from harness.results import Document, Failure
from harness.specs import digest
from harness.steps import finished
from harness.store import Store
from harness.sweep import SweepSpec
from harness.tables import suggestion
from harness.work import Step

VARIABLE = "CAPTCHA_HARNESS_HOME"


def chosen_home(given: Path | None) -> Path:
    """--home DIR, else CAPTCHA_HARNESS_HOME, else ./runs."""
    return (given or Path(os.environ.get(VARIABLE) or "runs")).absolute()


@dataclass(frozen=True)
class Run:
    """One sweep in one home.

    Attributes:
        id: its name and the start of its digest: the same sweep is the same run.
        sweep: the request.
        asked: the text of the sweep file.
        plan: its steps.
        store: where artifacts are.
        home: the home folder.
    """

    id: str
    sweep: SweepSpec
    asked: str
    plan: Plan
    store: Store
    home: Path

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self.home / "runs" / self.id

    @property
    def sources(self) -> Path:
        """Where downloads are kept."""
        return self.home / "downloads"

    def step(self, name: str) -> Step:
        """The step of a digest."""
        return next(step for step in self.plan.steps if step.digest == name)

    def trained(self, breaker: str, defense: str = "none") -> Path:
        """The folder of a trained breaker in the store.

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
        if digest is None or self.store.find("breakers", digest) is None:
            raise SpecError(f"{breaker!r} is not trained yet; run {self.id} first")
        return self.store.path("breakers", digest)

    def missing(self) -> list[Step]:
        """Steps that are not finished, in order."""
        return [step for step in self.plan.steps if finished(step, self.store) is None]

    def forget_failures(self) -> None:
        """Let failed steps be tried again."""
        for file in (self.folder / "failures").glob("*.json"):
            file.unlink(missing_ok=True)

    def fail(self, step: Step, reason: str) -> None:
        """Note that a step failed, and why."""
        self._note(step, Failure(step=step.label, status="failed", reason=reason))

    def skip(self, step: Step, reason: str) -> None:
        """Note that a step was not tried, and why."""
        self._note(step, Failure(step=step.label, status="skipped", reason=reason))

    def _note(self, step: Step, failure: Failure) -> None:
        folder = self.folder / "failures"
        folder.mkdir(exist_ok=True)
        _replace(folder / f"{step.digest}.json", failure.model_dump_json())

    def failures(self) -> dict[str, Failure]:
        """What went wrong, by digest; a step that has been done since no longer counts."""
        noted = {
            file.stem: Failure.model_validate_json(file.read_bytes())
            for file in (self.folder / "failures").glob("*.json")
        }
        return {
            step.digest: noted[step.digest]
            for step in self.plan.steps
            if step.digest in noted and finished(step, self.store) is None
        }

    @property
    def canceled(self) -> bool:
        """Whether somebody asked that no more steps be started."""
        return (self.folder / "canceled").exists()

    def cancel(self, wanted: bool) -> None:
        """Ask that no more steps be started, or take that back."""
        if wanted:
            (self.folder / "canceled").touch()
        else:
            (self.folder / "canceled").unlink(missing_ok=True)

    def begin(self) -> None:
        """Note that the run has been enqueued and not ended."""
        (self.folder / "running").touch()

    def end(self) -> None:
        """Note that the run has ended: its report is written."""
        (self.folder / "running").unlink(missing_ok=True)
        (self.folder / "now.json").unlink(missing_ok=True)

    @property
    def running(self) -> bool:
        """Whether it has been enqueued and its report is not yet written."""
        return (self.folder / "running").exists()

    def tell(self, step: Step, share: float, word: str) -> None:
        """Note how far the step is that a worker is at, for those who watch from outside."""
        now = {"digest": step.digest, "step": step.label, "share": round(share, 3), "word": word}
        _replace(self.folder / "now.json", json.dumps(now))

    def now(self) -> dict[str, Any]:
        """The note of `tell`, or nothing."""
        try:
            found: dict[str, Any] = json.loads((self.folder / "now.json").read_text())
        except (OSError, ValueError):
            return {}
        return found

    def document(self) -> Document:
        """Everything that a report shows, from what is in the store; nothing is written."""
        return evidence.gather(
            self.id,
            self.sweep,
            self.asked,
            self.plan,
            self.store,
            list(self.failures().values()),
            answers(self.folder / HUMAN),
        )

    def report(self) -> tuple[Document, Path]:
        """Write the CSV files and the page from what is in the store; gives the page's path."""
        from reports import write

        document = self.document()
        evidence.keep(document, self.store)
        return document, write(document, self.folder)


def start(file: Path, home: Path) -> Run:
    """The run of a sweep file, its folder made: sweep.toml and plan.json lie in it."""
    return _started(sweepfile.read(file), file.read_text(), home)


def start_text(text: str, home: Path) -> Run:
    """The run of the text of a sweep file; see `start`."""
    return _started(sweepfile.parse(text), text, home)


def _started(sweep: SweepSpec, asked: str, home: Path) -> Run:
    run = Run(
        # Defaults are left out: an option that is added later must not make it another run.
        id=f"{sweep.name}-{digest(sweep.model_dump(mode='json', exclude_defaults=True))[:8]}",
        sweep=sweep,
        asked=asked,
        plan=plan(sweep),
        store=Store(home),
        home=home,
    )
    run.folder.mkdir(parents=True, exist_ok=True)
    _replace(run.folder / "sweep.toml", run.asked)
    _replace(run.folder / "plan.json", _listed(run.plan.steps))
    return run


def ids(home: Path) -> list[str]:
    """The runs of a home, newest first."""
    folders = [file.parent for file in (home / "runs").glob("*/sweep.toml")]
    return [folder.name for folder in sorted(folders, key=lambda f: -f.stat().st_mtime)]


def existing(run: str, home: Path) -> Run:
    """A run by its id, or by the start of it.

    Raises:
        SpecError: no such run, or more than one.
    """
    known = ids(home)
    found = [run] if run in known else [name for name in known if name.startswith(run)]
    if len(found) != 1:
        word = "more than one run" if found else "no run"
        choices = suggestion(run, found or known) if known else "run or enqueue a sweep first"
        raise SpecError(f"{word} {run!r} in {home}; {choices}")
    return start(home / "runs" / found[0] / "sweep.toml", home)


def _listed(steps: Sequence[Step]) -> str:
    listed = [step.model_dump(mode="json") for step in steps]
    return json.dumps({"schema_version": 1, "steps": listed}, indent=1)


def _replace(file: Path, text: str) -> None:
    """Write a file whole or not at all; leave it alone when it says the same already."""
    if file.exists() and file.read_text() == text:
        return
    beside = file.with_name(f".{file.name}-{os.getpid()}")
    beside.write_text(text)
    beside.replace(file)
