"""The home folder: everything that is written, and one folder for each run. Looked at only."""

import os
from pathlib import Path

from harness.errors import RequirementError, SpecError
from harness.files.atomic import reason
from harness.pipeline.store import Store
from harness.registry import suggestion
from harness.runs.notes import RUNNING
from harness.runs.run import Run


def runs(home: Path) -> list[Run]:
    """List the runs of a home, the one that began last first.

    Raises:
        RequirementError: the folder of the runs cannot be read.
    """
    store = Store(home)
    try:
        names = os.listdir(home / "runs")  # noqa: PTH208 - a glob hides what may not be read
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RequirementError(f"cannot read {home / 'runs'}: {reason(error)}") from None
    listed = [run for name in names if (run := Run(name, home, store)).exists]
    return sorted(listed, key=lambda run: (run.begun, run.id), reverse=True)


def running(home: Path) -> list[Run]:
    """List the runs that have been enqueued and have not ended; nothing else is read of them."""
    store = Store(home)
    marks = (home / "runs").glob(f"*/{RUNNING}")
    return [run for mark in sorted(marks) if (run := Run(mark.parent.name, home, store)).exists]


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
        count = "more than one run" if matching else "no run"
        choices = (
            suggestion(name, [run.id for run in matching or known])
            if known
            else "run or enqueue a sweep first"
        )
        raise SpecError(f"{count} {name!r} in {home}; {choices}")
    return matching[0]
