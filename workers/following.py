"""Guard an enqueued run from outside, through the store."""

import time
from pathlib import Path

from harness.errors import HarnessError, RequirementError
from harness.pipeline.runner import finished
from harness.progress import Progress, no_progress
from workers import broker, presence
from workers.progress import Screen
from workers.run import Run

LOOK_EVERY = 0.5  # seconds
GIVE_UP = 60.0  # seconds without an answer of the queue


def require_queue(home: Path) -> None:
    """Refuse to enqueue where nobody would hear it.

    Raises:
        LackingError: the queue does not answer.
    """
    if not broker.answers(home):
        raise RequirementError(
            f"no queue answers at {broker.shown(home)}; start one with `captcha-harness up` in "
            "another terminal (with the same --home), or run the sweep here with `captcha-harness "
            "run`"
        )


def follow(run: Run, shown: Screen) -> None:
    """Show the steps of a run until it has ended.

    Raises:
        HarnessError: the run was canceled, or ended before its report; or the queue went away.
    """
    numbers = {step.digest: number for number, step in enumerate(run.steps, 1)}
    current, since = "", time.monotonic()
    progress: Progress = no_progress
    heard = time.monotonic()

    def ended() -> None:
        if current:
            step, failure = run.steps[numbers[current] - 1], run.failures().get(current)
            is_done = finished(step, run.store) is not None
            outcome = failure.status if failure else "done" if is_done else "cut short"
            shown.end(step.label, time.monotonic() - since, outcome)

    while run.running:
        now = run.now()
        if now.get("digest") in numbers and now["digest"] != current:
            ended()
            current, since = str(now["digest"]), time.monotonic()
            progress = shown.begin(numbers[current], len(numbers), str(now["step"]))
        if now:
            progress(round(1000 * float(now["share"])), 1000, str(now["word"]))
        if broker.answers(run.home) and presence.is_served(run.home):
            heard = time.monotonic()
        elif time.monotonic() - heard > GIVE_UP:
            what = (
                "no worker serves this home" if broker.answers(run.home) else "the queue went away"
            )
            raise HarnessError(
                f"{what}; with `captcha-harness up`, `captcha-harness resume {run.id}` goes on"
            )
        time.sleep(LOOK_EVERY)
    ended()
    if run.canceled:
        raise HarnessError(f"{run.id} was canceled; `captcha-harness resume {run.id}` goes on")
    if why := run.ended_by():
        raise HarnessError(
            f"{run.id} ended before its report: {why}; `captcha-harness resume {run.id}` goes on"
        )
