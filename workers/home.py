"""The home folder: everything that is written, and one folder for each run."""

import datetime
import os
from pathlib import Path

from harness.errors import HarnessError, RequirementError, SpecError
from harness.files.atomic import reason
from harness.measurements.planning import plan
from harness.options import asked_for, digest
from harness.pipeline.plan import Plan
from harness.pipeline.store import Store
from harness.registry import suggestion
from harness.sweep import sweepfile
from harness.sweep.model import SweepSpec
from workers import kept
from workers.run import Run

VARIABLE = "CAPTCHA_HARNESS_HOME"


def chosen_home(given: Path | None) -> Path:
    """Choose --home DIR, else CAPTCHA_HARNESS_HOME, else ./runs."""
    return (given or Path(os.environ.get(VARIABLE) or "runs")).absolute()


def start(file: Path, home: Path) -> Run:
    """Begin the run of a sweep file, or go on with it: the same sweep is the same run.

    Raises:
        SpecError: the sweep file asks for something that cannot be carried out.
        LackingError: the home cannot be written.
    """
    return _started(sweepfile.read(file), sweepfile.text_of(file), home)


def start_text(text: str, home: Path) -> Run:
    """Begin the run of the text of a sweep file that comes along; see `start`."""
    return _started(sweepfile.parse(text, sweepfile.FROZEN), text, home)


def _started(sweep: SweepSpec, asked: str, home: Path) -> Run:
    expanded = plan(sweep)
    steps = [step.digest for step in expanded.steps]
    name = f"{sweep.name}-{digest(asked_for(sweep))[:8]}"
    store = Store(home)
    store.prepare()
    run = Run(name, home, store)
    if run.exists and run.digests() != steps:
        # An earlier edition understood the same sweep otherwise: that run stays what it was.
        run = Run(f"{name}-{digest(steps)[:4]}", home, store)
    if run.exists and not kept.is_same(run.folder, sweep):
        # The same captchas lie elsewhere now: that is where they are looked for from now on.
        _keep(run, run.asked, run.begun, sweep, expanded)
    if not run.exists:
        begun = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        _keep(run, asked, begun, sweep, expanded)
    return Run(run.id, home, store)  # what it has kept is read anew


def _keep(run: Run, asked: str, begun: str, sweep: SweepSpec, expanded: Plan) -> None:
    try:
        run.folder.mkdir(parents=True, exist_ok=True)
        kept.write(run.folder, asked, begun, sweep, expanded)
    except OSError as error:
        raise RequirementError(
            f"cannot write to {error.filename or run.folder}: {reason(error)}; choose another "
            "folder with --home DIR"
        ) from None


def runs(home: Path) -> list[Run]:
    """List the runs of a home, the one that began last first."""
    store = Store(home)
    try:
        names = os.listdir(home / "runs")  # noqa: PTH208 - a glob hides what may not be read
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RequirementError(f"cannot read {home / 'runs'}: {reason(error)}") from None
    listed = [run for name in names if (run := Run(name, home, store)).exists]
    return sorted(listed, key=lambda run: (run.begun, run.id), reverse=True)


def existing(name: str, home: Path) -> Run:
    """Find a run by its id, or by the start of it; nothing is read of it yet.

    Raises:
        SpecError: no such run, or more than one.
    """
    exact = Run(name, home, Store(home))
    if name == Path(name).name and exact.exists:
        return exact
    known = runs(home)
    matching = [run for run in known if name and run.id.startswith(name)]
    if len(matching) != 1:
        word = "more than one run" if matching else "no run"
        choices = (
            suggestion(name, [run.id for run in matching or known])
            if known
            else "run or enqueue a sweep first"
        )
        raise SpecError(f"{word} {name!r} in {home}; {choices}")
    return matching[0]


def resumable(name: str, home: Path) -> Run:
    """Find a run that this edition can go on with.

    Raises:
        SpecError: no such run, or more than one.
        HarnessError: this edition would do other steps for it.
    """
    run = existing(name, home)
    if [step.digest for step in plan(run.sweep).steps] != run.digests():
        raise HarnessError(
            f"{run.id} was begun by another edition, whose steps this one does otherwise; its "
            "report can be read, and `captcha-harness run` with its sweep file begins a new run"
        )
    run.store.prepare()
    return run
