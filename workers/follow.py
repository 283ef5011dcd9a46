"""Follows an enqueued run from another process, by the notes in its folder, to its end."""

import time
from pathlib import Path

from harness.errors import HarnessError, RequirementError
from harness.pipeline.runner import finished
from harness.pipeline.step import StepName
from harness.progress import Progress, no_progress
from harness.runs.progress import Ending, RunProgress
from harness.runs.run import Run
from workers import broker, presence

LOOK_EVERY = 0.5  # seconds
GIVE_UP = 60.0  # seconds without a queue or a worker


def require_queue(home: Path) -> None:
    """Refuse to enqueue where no queue answers.

    Raises:
        RequirementError: the queue does not answer.
    """
    if not broker.answers(home):
        raise RequirementError(
            f"no queue answers at {broker.shown(home)}; start one with `captcha-harness up` in "
            "another terminal (with the same --home), or run the sweep here with `captcha-harness "
            "run`"
        )


class _Shown:
    """The step of a run that is shown just now."""

    def __init__(self, run: Run, shown: RunProgress) -> None:
        """Show nothing yet."""
        self._run, self._shown = run, shown
        self._numbers = {step.digest: number for number, step in enumerate(run.steps, 1)}
        self._step: StepName | None = None
        self._since = time.monotonic()
        self._progress: Progress = no_progress

    def update(self) -> None:
        """Show the step that a worker is at; of several, the one that began first."""
        now = next(iter(self._run.claims.at_work(self._run.id)), {})
        number = self._numbers.get(str(now.get("digest")))
        if number is not None and self._run.steps[number - 1] != self._step:
            self.end()
            self._step, self._since = self._run.steps[number - 1], time.monotonic()
            self._progress = self._shown.begin(number, len(self._numbers), str(now["step"]))
        if number is not None:
            self._progress(round(1000 * float(now["share"])), 1000, str(now["word"]))

    def end(self) -> None:
        """Show how the step has ended, if there is one."""
        if self._step:
            seconds = time.monotonic() - self._since
            self._shown.end(self._step.label, seconds, _ending(self._run, self._step))


def _ending(run: Run, step: StepName) -> Ending:
    """Tell how a step ended that is no longer carried out."""
    if failure := run.failures().get(step.digest):
        return failure.status
    return "done" if finished(step, run.store) is not None else "cut short"


def follow(run: Run, shown: RunProgress) -> None:
    """Show the steps of a run until it has ended.

    Args:
        run: one that has been enqueued.
        shown: shows the steps.

    Raises:
        HarnessError: the run was canceled, or ended before its report; or nobody is there to carry
            it out.
    """
    step, heard = _Shown(run, shown), time.monotonic()
    while run.notes.is_running:
        step.update()
        has_queue = broker.answers(run.home)
        if has_queue and presence.is_served(run.home):
            heard = time.monotonic()
        elif time.monotonic() - heard > GIVE_UP:
            missing = "no worker serves this home" if has_queue else "the queue went away"
            raise HarnessError(
                f"{missing}; with `captcha-harness up`, `captcha-harness resume {run.id}` goes on"
            )
        time.sleep(LOOK_EVERY)
    step.end()
    if run.notes.is_canceled:
        raise HarnessError(f"{run.id} was canceled; `captcha-harness resume {run.id}` goes on")
    if why := run.notes.end_reason():
        raise HarnessError(
            f"{run.id} ended before its report: {why}; `captcha-harness resume {run.id}` goes on"
        )
