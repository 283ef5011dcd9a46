"""The frontier of a run: which of its steps can begin now, and which can never."""

from harness.pipeline.runner import finished, unfinished
from harness.pipeline.step import StepName
from harness.runs.run import Run


class Frontier:
    """The steps of a run that are not settled: neither done, nor noted as failed or skipped.

    A settled step is not looked at again, so that all looks at a run together cost what its steps
    cost. Where failed steps are to be tried again, another frontier is made.
    """

    def __init__(self, run: Run) -> None:
        """Read the names of the steps; the store is not looked at yet."""
        self._run = run
        self._unsettled = list(run.steps)
        self._after: dict[str, list[StepName]] = {}
        for step in run.steps:
            for _kind, need in step.needs:
                self._after.setdefault(need, []).append(step)

    def is_settled(self, step: StepName) -> bool:
        """Tell whether a step is done, failed or skipped."""
        return self._is_done(step) or self._run.failure_notes.is_noted(step)

    def _is_done(self, step: StepName) -> bool:
        return finished(step, self._run.store) is not None

    def begun_by(self, step: StepName) -> list[StepName]:
        """List the steps that can begin now that a step is done."""
        names = self._run.step_names
        return [
            later
            for later in self._after.get(step.digest, ())
            if all(self._is_done(names[need]) for _kind, need in later.needs)
            and not self.is_settled(later)
        ]

    def skip_behind(self, step: StepName) -> None:
        """Record all steps as skipped that need a step that has failed, directly or not."""
        lost, todo = {step.digest: step.label}, [step]
        while todo:
            for later in self._after.get(todo.pop().digest, ()):
                if later.digest not in lost:
                    blocked = next(lost[need] for _kind, need in later.needs if need in lost)
                    lost[later.digest] = later.label
                    todo.append(later)
                    if not self.is_settled(later):
                        self._run.failure_notes.skip(later, f"needs: {blocked}")

    def ready(self) -> list[StepName]:
        """List all steps that can begin now, in order; steps are dropped that are settled."""
        missing = unfinished(self._run.steps, self._run.store)
        lacking = {step.digest for step in missing}
        noted = self._run.failure_notes.noted()
        self._unsettled = [step for step in missing if step.digest not in noted]
        return [
            step
            for step in self._unsettled
            if not any(need in lacking for _kind, need in step.needs)
        ]

    def is_over(self) -> bool:
        """Tell whether all steps are settled."""
        while self._unsettled and self.is_settled(self._unsettled[-1]):
            self._unsettled.pop()
        return not self._unsettled
