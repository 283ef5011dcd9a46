"""Carries out a run in this process, step after step."""

import time
import traceback
from collections.abc import Sequence

from harness.errors import HarnessError, PassingError, RequirementError, SkippedError
from harness.files.atomic import is_full, reason
from harness.measurements.execution import carry_out
from harness.pipeline.runner import finished
from harness.pipeline.step import StepName
from harness.progress import Progress
from harness.runs.progress import Outcome, RunProgress
from harness.runs.run import Run
from harness.runs.scratch import scratch


def carry_out_all(run: Run, shown: RunProgress, steps: Sequence[StepName] | None = None) -> None:
    """Do every step that is not done; go on after a failure with what does not need it.

    Args:
        run: the run.
        shown: shows the steps.
        steps: only these; all of the run by default.

    Raises:
        RequirementError: the environment lacks something; the steps that are done stay done.
    """
    begin(run)
    steps = run.steps if steps is None else steps
    carry_out_some(run, shown, steps, 0, len(steps))
    run.notes.end()


def begin(run: Run) -> None:
    """Take back what earlier times have noted: failed steps are tried again."""
    run.failure_notes.forget()
    run.notes.uncancel()
    run.notes.log(f"run: {len(run.steps)} steps")


def carry_out_some(
    run: Run, shown: RunProgress, steps: Sequence[StepName], before: int, total: int
) -> None:
    """Do some steps of a run that has begun; see `carry_out_all`.

    Args:
        run: the run.
        shown: shows the steps.
        steps: in their order.
        before: steps that came before these.
        total: steps of all.
    """
    for number, step in enumerate(steps, before + 1):
        if finished(step, run.store) is not None:
            continue
        start = time.monotonic()
        outcome = attempt(run, step, shown.begin(number, total, step.label))
        shown.end(step.label, time.monotonic() - start, outcome)


def attempt(run: Run, step: StepName, progress: Progress, pauses: Sequence[float] = ()) -> Outcome:
    """Carry out one step; a failure becomes a note of the run, never an exception.

    Args:
        run: the run.
        step: one of its steps.
        progress: called while the step is carried out.
        pauses: seconds after which it is to be tried again where something is lacking that may
            be there in a moment.

    Returns:
        How the step ended.

    Raises:
        RequirementError: something is lacking (MNIST, room, memory); noted as well.
    """
    start = time.monotonic()
    run.notes.log(f"begin {step.label}")
    try:
        outcome = _outcome(run, step, progress)
    except RequirementError as error:
        if isinstance(error, PassingError):
            pause = run.failure_notes.postpone(step, str(error), pauses)
            if pause is not None:
                run.notes.log(f"postponed by {pause:g} s {step.label}: {error}")
                return "postponed"
        run.failure_notes.fail(step, str(error))
        run.notes.log(f"lacking {step.label}: {error}")
        raise
    run.notes.log(f"{outcome} {step.label} in {time.monotonic() - start:.1f} s")
    return outcome


def _outcome(run: Run, step: StepName, progress: Progress) -> Outcome:
    """Carry out one step, and note why it failed or was skipped."""
    names = (run.step_names[need] for _kind, need in step.needs)
    if blocked := next((name for name in names if finished(name, run.store) is None), None):
        run.failure_notes.skip(step, f"needs: {blocked.label}")
        return "skipped"
    try:
        with scratch():
            carry_out(run.step(step.digest), run.store, run.sources, progress, run.draws)
    except RequirementError:
        raise
    except SkippedError as error:
        run.failure_notes.skip(step, str(error))
        return "skipped"
    except HarnessError as error:
        run.failure_notes.fail(step, str(error), error.details)
        return "failed"
    except MemoryError as error:
        raise PassingError(f"not enough memory for {step.label}: {error or 'none left'}") from error
    except Exception as error:
        if isinstance(error, OSError) and is_full(error):
            raise PassingError(f"cannot write to {run.home}: {reason(error)}") from error
        run.failure_notes.fail(step, in_a_line(error), traceback.format_exc())
        return "failed"
    return "done"


def in_a_line(error: Exception) -> str:
    """Write an error in one line; a defect with its kind."""
    kind = "" if isinstance(error, HarnessError) else f"{type(error).__name__}: "
    return " ".join(f"{kind}{error}".split())
