"""Running a sweep in this process, step after step."""

import time
import traceback
from collections.abc import Sequence

from harness.errors import HarnessError, RequirementError, SkippedError
from harness.files.atomic import is_full, reason
from harness.measurements.execution import carry_out
from harness.pipeline.runner import finished
from harness.pipeline.step import StepName
from harness.progress import Progress
from workers.progress import Screen
from workers.run import Run
from workers.scratch import scratch


def attempt(run: Run, step: StepName, progress: Progress) -> str:
    """Carry out one step; a failure becomes a note of the run, never an exception.

    Args:
        run: the run.
        step: one of its steps.
        progress: told how far it is.

    Returns:
        done, failed or skipped.

    Raises:
        LackingError: the environment lacks something (no MNIST, no room, no memory); noted as well.
    """
    start = time.monotonic()
    run.log(f"begin {step.label}")
    try:
        word = _attempted(run, step, progress)
    except RequirementError as error:
        run.fail(step, str(error))
        run.log(f"lacking {step.label}: {error}")
        raise
    run.log(f"{word} {step.label} in {time.monotonic() - start:.1f} s")
    return word


def _attempted(run: Run, step: StepName, progress: Progress) -> str:
    names = {one.digest: one for one in run.steps}
    blocked = [need for _kind, need in step.needs if finished(names[need], run.store) is None]
    if blocked:
        run.skip(step, f"needs: {names[blocked[0]].label}")
        return "skipped"
    try:
        with scratch():
            carry_out(run.step(step.digest), run.store, run.sources, progress, run.draws)
    except RequirementError:
        raise
    except SkippedError as error:
        run.skip(step, str(error))
        return "skipped"
    except HarnessError as error:
        run.fail(step, str(error), error.details)
        return "failed"
    except MemoryError as error:
        raise RequirementError(
            f"not enough memory for {step.label}: {error or 'none left'}"
        ) from error
    except OSError as error:
        if is_full(error):
            raise RequirementError(f"cannot write to {run.home}: {reason(error)}") from error
        run.fail(step, in_a_line(error), traceback.format_exc())
        return "failed"
    except Exception as error:
        run.fail(step, in_a_line(error), traceback.format_exc())
        return "failed"
    return "done"


def in_a_line(error: Exception) -> str:
    """Say an error in one line; a defect with its kind."""
    kind = "" if isinstance(error, HarnessError) else f"{type(error).__name__}: "
    return " ".join(f"{kind}{error}".split())


def carry_out_all(run: Run, shown: Screen, steps: Sequence[StepName] | None = None) -> None:
    """Do every step that is not done; go on after a failure with what does not need it.

    Args:
        run: the run.
        shown: told of progress.
        steps: only these; all of the run by default.

    Raises:
        LackingError: the environment lacks something; the steps that are done stay done.
    """
    run.forget_failures()
    run.cancel(False)
    steps = run.steps if steps is None else steps
    total = len(steps)
    run.log(f"run: {total} steps")
    for number, step in enumerate(steps, 1):
        if finished(step, run.store) is not None:
            continue
        start = time.monotonic()
        word = attempt(run, step, shown.begin(number, total, step.label))
        shown.end(step.label, time.monotonic() - start, word)
    run.end()
