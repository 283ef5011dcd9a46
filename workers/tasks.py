"""The tasks: each takes names and digests, and gives how it went; all else is in the store."""

import contextlib
import datetime
import functools
import re
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from billiard.common import terminate_handler_fired  # type: ignore[import-untyped] # no types

from harness.errors import HarnessError, PassingError, RequirementError
from harness.pipeline.runner import finished
from harness.pipeline.step import StepName
from harness.runs import run_files
from harness.runs.claims import Claim, report_name
from harness.runs.creation import start_text
from harness.runs.document import gather, keep
from harness.runs.home import existing
from harness.runs.local_execution import attempt, in_a_line
from harness.runs.run import Run
from harness.sweep.sweepfile import locate
from reports import write, write_index
from workers.app import app
from workers.dispatch import Dispatch, enqueue
from workers.environment import chosen_home
from workers.guard import Stopped, guarded
from workers.limits import MOST_DEATHS, PAUSES, limit

SUPERSEDED = "superseded"  # the run has ended, or was enqueued once more
ELSEWHERE = "at work elsewhere"
CANCELED, POSTPONED, TOO_EARLY = UNSETTLED = "canceled", "postponed", "too early"
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


@functools.lru_cache(maxsize=4)
def _dispatch(run: Run, mark: str) -> Dispatch:
    """Keep what is known of a run's steps, for the time that it was enqueued."""
    return Dispatch(run, mark)


def _ending(task: Callable[..., str]) -> Callable[..., str]:
    """Let an exception in a task end its run, with the reason, so that nobody waits for ever."""

    @functools.wraps(task)
    def guarded_task(run_id: str, *args: str) -> str:
        try:
            return task(run_id, *args)
        except PassingError as error:  # the reconciler gives it out again
            existing(run_id, chosen_home(None)).notes.log(f"postponed: {error}")
            return POSTPONED
        except Exception as error:
            with contextlib.suppress(Exception):
                run = existing(run_id, chosen_home(None))
                run.notes.end(in_a_line(error))
                run.notes.write(ENDED_BY, traceback.format_exc())
            raise

    return guarded_task


@app.task(name="workers.tasks.carry_out")  # type: ignore[untyped-decorator] # no types
@_ending
def carry_out(run_id: str, digest: str, mark: str) -> str:
    """Do one step of a run, and give out what can begin then. A failure is a note, and a row."""
    run = _run(run_id)
    if not run.notes.is_current(mark):
        return SUPERSEDED
    if digest not in run.step_names:
        return "failed"  # a message of another edition, or of nobody
    step = run.step_names[digest]
    with run.claims.take(digest, run.id, step.label) as claim:
        if claim is None:
            return ELSEWHERE
        outcome = _carried_out(run, step, claim)
        now = run.notes.mark()  # it may have been enqueued again meanwhile
        if now and outcome not in UNSETTLED:
            if finished(step, run.store) is None and not run.failure_notes.is_noted(step):
                raise HarnessError(
                    "failures cannot be noted in the run's folder; is the disk full?"
                )
            _dispatch(run, now).go_on(step)
    if now and outcome == CANCELED:
        _dispatch(run, now).give_report()
    return outcome


def _carried_out(run: Run, step: StepName, claim: Claim) -> str:
    """Do one step of a run, unless that is not wanted, or has killed its process too often."""
    if finished(step, run.store) is not None:
        return "done"
    if run.notes.is_canceled:
        return CANCELED
    if claim.before:
        run.notes.log(f"its process was killed: {step.label}")
    if claim.before and run.failure_notes.note_death(step.digest) >= MOST_DEATHS:
        run.failure_notes.fail(
            step, f"its process was killed {MOST_DEATHS} times; is the memory full?"
        )
    if run.failure_notes.is_noted(step):
        return "failed"
    if not all(_settled(run, need) for _kind, need in step.needs):
        return TOO_EARLY  # a message of nobody, or an input that has gone
    try:
        with guarded(_reason_to_stop(run, step), claim.forget):
            return attempt(run, step, claim.note_progress, PAUSES)
    except RequirementError:  # noted
        return "failed"
    except Stopped as stopped:
        run.notes.log(f"stopped {step.label}: {stopped}")
        return "failed" if run.failure_notes.is_noted(step) else CANCELED
    except SystemExit as error:
        if terminate_handler_fired():  # the worker is asked to end
            run.notes.log(f"cut short {step.label}: its worker ends")
            raise
        run.failure_notes.fail(step, f"it called for the end of its process: {error}")
    except KeyboardInterrupt:  # Ctrl-C does not reach a worker process: the step raised it
        run.failure_notes.fail(step, "KeyboardInterrupt", traceback.format_exc())
    except Exception as error:
        run.failure_notes.fail(step, in_a_line(error), traceback.format_exc())
    return "failed"


def _settled(run: Run, digest: str) -> bool:
    """Tell whether a step is done, failed or skipped."""
    return _dispatch(run, run.notes.mark()).frontier.is_settled(run.step_names[digest])


def _reason_to_stop(run: Run, step: StepName) -> Callable[[], str]:
    """Give a function that says why a step is to be stopped: empty where it is not."""
    expected = _dispatch(run, run.notes.mark()).urgency.seconds.get(step.digest)
    begun, most = time.monotonic(), limit(expected)

    def reason() -> str:
        if run.notes.is_canceled:
            return "the run was canceled"
        if time.monotonic() - begun > most:
            why = f"it took longer than its limit of {most:.0f} s, and was stopped"
            run.failure_notes.fail(step, why)
            return why
        return ""

    return reason


@app.task(name="workers.tasks.report")  # type: ignore[untyped-decorator] # no types
@_ending
def report(run_id: str, mark: str) -> str:
    """Write the CSV files and the page of a run, unless some of its steps can still begin."""
    run = _run(run_id)
    if not run.notes.is_current(mark):
        return SUPERSEDED
    with run.claims.take(report_name(run.id), run.id, "report") as claim:
        if claim is None or not run.notes.is_current(mark):
            return ELSEWHERE
        if claim.before and run.failure_notes.note_death(report_name(run.id)) >= MOST_DEATHS:
            raise HarnessError(f"the process of its report was killed {MOST_DEATHS} times")
        if not run.notes.is_canceled:
            dispatch = _dispatch(run, mark)
            dispatch.give(dispatch.frontier.ready())
            if not dispatch.frontier.is_over():
                return TOO_EARLY
        return _written(run)


def _written(run: Run) -> str:
    """Record what was not done as skipped, write the report, and end the run."""
    if run.notes.is_canceled:
        noted = run.failures()
        for step in run.missing():
            if step.digest not in noted:
                run.failure_notes.skip(step, CANCELED)
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
