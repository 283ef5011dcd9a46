"""Running a sweep in this process, step after step."""

import time
from collections.abc import Sequence

from harness.datasets.generator import Watch
from harness.errors import HarnessError, LackingError, SkippedError
from harness.steps import carry_out, finished
from harness.work import Step
from workers.home import Run
from workers.progress import Screen


def attempt(run: Run, step: Step, watch: Watch) -> str:
    """Carry out one step; a failure becomes a note of the run, never an exception.

    Args:
        run: the run.
        step: one of its steps.
        watch: told of progress.

    Returns:
        done, failed or skipped.

    Raises:
        LackingError: the environment lacks something (no MNIST, no room); noted as well.
    """
    blocked = [need for kind, need in step.needs if run.store.find(kind, need) is None]
    if blocked:
        run.skip(step, f"needs: {run.step(blocked[0]).label}")
        return "skipped"
    try:
        carry_out(step, run.store, run.sources, watch)
    except LackingError as error:
        run.fail(step, str(error))
        raise
    except SkippedError as error:
        run.skip(step, str(error))
        return "skipped"
    except HarnessError as error:
        run.fail(step, str(error))
        return "failed"
    except Exception as error:
        run.fail(step, f"{type(error).__name__}: {error}")
        return "failed"
    return "done"


def carry_out_all(run: Run, shown: Screen, steps: Sequence[Step] | None = None) -> None:
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
    steps = run.plan.steps if steps is None else steps
    total = len(steps)
    for number, step in enumerate(steps, 1):
        if finished(step, run.store) is not None:
            continue
        start = time.monotonic()
        word = attempt(run, step, shown.begin(number, total, step.label))
        shown.end(step.label, time.monotonic() - start, word)
    run.end()
