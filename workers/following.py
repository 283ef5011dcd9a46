"""Guard an enqueued run from outside, through the store."""

import time
from pathlib import Path

from harness.datasets.generator import Watch, unwatched
from harness.errors import HarnessError, LackingError
from workers import broker
from workers.home import Run
from workers.progress import Screen

LOOK_EVERY = 0.5  # seconds
GIVE_UP = 60.0  # seconds without an answer of the queue


def require_queue(home: Path) -> None:
    """Refuse to enqueue where nobody would hear it.

    Raises:
        LackingError: the queue does not answer.
    """
    if not broker.answers(home):
        raise LackingError(
            f"no queue answers at {broker.url(home)}; start one with `captcha-harness up` in "
            "another terminal (with the same --home), or run the sweep here with `captcha-harness "
            "run`"
        )


def follow(run: Run, shown: Screen) -> None:
    """Show the steps of a run until its report is written.

    Raises:
        HarnessError: the run was canceled, or the queue went away.
    """
    total = len(run.plan.steps)
    current, since = "", time.monotonic()
    watch: Watch = unwatched
    heard = time.monotonic()
    while run.running:
        now = run.now()
        if now and now["digest"] != current:
            if current:
                shown.end(run.step(current).label, time.monotonic() - since)
            current, since = str(now["digest"]), time.monotonic()
            order = [step.digest for step in run.plan.steps].index(current)
            watch = shown.begin(order + 1, total, str(now["step"]))
        if now:
            watch(round(1000 * float(now["share"])), 1000, str(now["word"]))
        if broker.answers(run.home):
            heard = time.monotonic()
        elif time.monotonic() - heard > GIVE_UP:
            raise HarnessError(f"the queue went away; `captcha-harness resume {run.id}` goes on")
        time.sleep(LOOK_EVERY)
    if current:
        shown.end(run.step(current).label, time.monotonic() - since)
    if run.canceled:
        raise HarnessError(f"{run.id} was canceled; `captcha-harness resume {run.id}` goes on")
