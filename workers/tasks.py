"""The tasks: each takes names and digests, and gives how it went; all else is in the store."""

import contextlib
import datetime
import functools
import os
import re
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from harness.errors import HarnessError, RequirementError
from harness.pipeline.runner import finished
from harness.pipeline.step import StepName
from harness.progress import Progress
from harness.runs import run_files
from harness.runs.creation import start_text
from harness.runs.document import gather, keep
from harness.runs.home import existing
from harness.runs.local_execution import attempt, in_a_line
from harness.runs.run import Run
from harness.sweep.sweepfile import locate
from reports import write, write_index
from workers.app import app
from workers.environment import chosen_home
from workers.waves import enqueue, next_wave

MOST_ATTEMPTS = 3  # processes that may be killed at one step
SUPERSEDED = "superseded"  # the run has ended, or was enqueued once more
LOST = "its process ended without a note: killed, or at its time limit"
ENDED_BY = "ended-by.txt"  # the traceback of what ended a run before its report


def _run(run_id: str) -> Run:
    """Find a run; one whose files have not changed is kept in this process, and its store too."""
    run = existing(run_id, chosen_home(None))
    stat = (run.folder / run_files.PLAN).stat()
    return _known(run.id, run.home, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=4)
def _known(name: str, home: Path, *_stamp: int) -> Run:
    """Open a run, and prepare its store, once for each state of its plan."""
    run = existing(name, home)
    with contextlib.suppress(RequirementError):  # raised again where something is written
        run.store.prepare()
    return run


def _ending(task: Callable[..., str]) -> Callable[..., str]:
    """Let an exception in a task end its run, with the reason, so that nobody waits for ever."""

    @functools.wraps(task)
    def guarded(run_id: str, mark: str, *args: object) -> str:
        try:
            if not _run(run_id).notes.is_current(mark):
                return SUPERSEDED
            return task(run_id, mark, *args)
        except Exception as error:
            with contextlib.suppress(Exception):
                run = existing(run_id, chosen_home(None))
                run.notes.end(in_a_line(error))
                run.notes.write(ENDED_BY, traceback.format_exc())
            raise

    return guarded


@app.task(name="workers.tasks.carry_out")  # type: ignore[untyped-decorator] # no types
def carry_out(run_id: str, digest: str, mark: str) -> str:
    """Do one step of a run. It never raises: a failure is a note of the run, and a row."""
    try:
        return _carried_out(run_id, digest, mark)
    except RequirementError:  # noted
        return "failed"
    except Exception as error:
        with contextlib.suppress(Exception):
            run = existing(run_id, chosen_home(None))
            step = next(step for step in run.steps if step.digest == digest)
            run.failure_notes.fail(step, in_a_line(error), traceback.format_exc())
        return "failed"


def _carried_out(run_id: str, digest: str, mark: str) -> str:
    """Do one step of a run, unless that is not wanted, or has killed its process too often."""
    run = _run(run_id)
    if not run.notes.is_current(mark):
        return SUPERSEDED
    step = run.step(digest)
    if run.notes.is_canceled:
        return "canceled"
    if finished(step, run.store) is not None:
        return "done"
    worker = os.getppid()
    if run.failure_notes.begin_attempt(step, worker) > MOST_ATTEMPTS:
        run.failure_notes.fail(
            step, f"its process was killed {MOST_ATTEMPTS} times; is the memory full?"
        )
        return "failed"
    run.notes.note_progress(step, 0.0, "")
    try:
        return attempt(run, step, _noted(run, step))
    finally:  # where the process is killed, the attempt stays counted
        run.failure_notes.end_attempt(step, worker)


def _noted(run: Run, step: StepName) -> Progress:
    """Give a function that notes the progress of a step, once a second at most."""
    last = 0.0

    def note(done: int, total: int, detail: str = "") -> None:
        nonlocal last
        if time.monotonic() - last >= 1:
            last = time.monotonic()
            run.notes.note_progress(step, done / total, detail)

    return note


@app.task(name="workers.tasks.advance")  # type: ignore[untyped-decorator] # no types
@_ending
def advance(run_id: str, mark: str, wave: Sequence[str] = ()) -> str:
    """Start all steps whose inputs are there now; when there are none, write the report.

    Steps of the previous wave that are neither done nor failed have failed: otherwise they would
    be started again, and again.
    """
    run = _run(run_id)
    if not run.notes.is_canceled:
        for step in _unaccounted(run, wave):
            run.failure_notes.fail(
                step, "its process ended without a note: killed, or at its time limit"
            )
        if _unaccounted(run, wave):
            raise HarnessError("failures cannot be noted in the run's folder; is the disk full?")
    return next_wave(run, mark)


def _unaccounted(run: Run, wave: Sequence[str]) -> list[StepName]:
    """List the steps of a wave that are neither done nor failed."""
    failures = run.failures()
    return [
        step
        for step in run.steps
        if step.digest in wave and step.digest not in failures and finished(step, run.store) is None
    ]


@app.task(name="workers.tasks.report")  # type: ignore[untyped-decorator] # no types
@_ending
def report(run_id: str, _mark: str) -> str:
    """Write the CSV files and the page of a run."""
    run = _run(run_id)
    document = gather(run)
    keep(run, document)
    page = write(document, run.folder)
    run.notes.log(f"report: {page}")
    write_index(run.folder.parent)
    run.notes.end()
    return str(page)


@app.task(name="workers.tasks.nightly")  # type: ignore[untyped-decorator] # no types
def nightly() -> str:
    """Enqueue the nightly sweep, its seed the date: fresh captchas and weights every night."""
    text = locate("nightly").read_text(encoding="utf-8")
    date = datetime.datetime.now().astimezone().strftime("%Y%m%d")
    run = start_text(re.sub(r"^seed = .*$", f"seed = {date}", text, flags=re.M), chosen_home(None))
    enqueue(run)
    return run.id
