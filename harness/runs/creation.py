"""Creates runs or resumes them: what writes into a run's folder first."""

import datetime
from pathlib import Path

from harness.errors import HarnessError, RequirementError
from harness.files.atomic import reason
from harness.measurements.planning import plan
from harness.options import asked_for, digest
from harness.pipeline.plan import Plan
from harness.pipeline.store import Store
from harness.runs import run_files
from harness.runs.git_state import commit_of
from harness.runs.home import existing
from harness.runs.run import Run
from harness.sweep import sweepfile
from harness.sweep.model import SweepSpec


def start(file: Path, home: Path) -> Run:
    """Begin the run of a sweep file, or resume it: the same sweep is the same run.

    Raises:
        SpecError: the sweep file asks for something that cannot be carried out.
        RequirementError: the home cannot be written.
    """
    return start_sweep(sweepfile.read(file), sweepfile.text_of(file), home, commit_of(file))


def start_text(text: str, home: Path) -> Run:
    """Begin the run of the text of a built-in sweep, or resume it; see `start`."""
    return start_sweep(sweepfile.parse(text, sweepfile.FROZEN), text, home)


def start_sweep(sweep: SweepSpec, asked: str, home: Path, commit: str = "") -> Run:
    """Begin the run of a sweep, or resume it.

    Args:
        sweep: as it was read.
        asked: the text that it was read from.
        home: the folder that everything is written to.
        commit: of the sweep file's repository, if it is known.

    Raises:
        RequirementError: the home cannot be written.
    """
    expanded = plan(sweep)
    steps = [step.digest for step in expanded.steps]
    name = f"{sweep.name}-{digest(asked_for(sweep))[:8]}"
    store = Store(home)
    store.prepare()
    run = Run(name, home, store)
    if run.exists and run.digests() != steps:
        # An earlier edition understood the same sweep otherwise: that run stays what it was.
        run = Run(f"{name}-{digest(steps)[:4]}", home, store)
    if run.exists and not run_files.is_same(run.folder, sweep):
        # The same captchas lie elsewhere now: that is where they are looked for from now on.
        _keep(run, run.asked, run.begun, sweep, expanded, run.commit)
    if not run.exists:
        begun = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        _keep(run, asked, begun, sweep, expanded, commit)
    return Run(run.id, home, store)  # what it has kept is read anew


def _keep(run: Run, asked: str, begun: str, sweep: SweepSpec, expanded: Plan, commit: str) -> None:
    """Write what a run keeps of itself into its folder."""
    try:
        run.folder.mkdir(parents=True, exist_ok=True)
        run_files.write(run.folder, asked, begun, sweep, expanded, commit)
    except OSError as error:
        raise RequirementError(
            f"cannot write to {error.filename or run.folder}: {reason(error)}; choose another "
            "folder with --home DIR"
        ) from None


def resumable(name: str, home: Path) -> Run:
    """Find a run that this edition can go on with, and prepare its store.

    Args:
        name: its id, or the start of it.
        home: the folder that it was written to.

    Raises:
        SpecError: no such run, or more than one.
        HarnessError: this edition would do other steps for it.
        RequirementError: the home cannot be written.
    """
    run = existing(name, home)
    if [step.digest for step in plan(run.sweep).steps] != run.digests():
        raise HarnessError(
            f"{run.id} was begun by another edition, whose steps this one does otherwise; its "
            "report can be read, and `captcha-harness run` with its sweep file begins a new run"
        )
    run.store.prepare()
    return run
