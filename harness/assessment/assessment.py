"""An assessment: a target, the sweep that it becomes, and its stages, carried out one by one."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from harness.assessment import sizes
from harness.assessment.deadline import Deadline, Timed
from harness.assessment.sizes import Sizes
from harness.assessment.stages import Stage, stages
from harness.assessment.sweep_text import sweep_text
from harness.assessment.target import Target
from harness.assessment.wishes import Wishes
from harness.pipeline.runner import finished
from harness.runs.creation import start_sweep
from harness.runs.expected_time import Expectation, duration, expected_of
from harness.runs.local_execution import begin, carry_out_some
from harness.runs.progress import RunProgress
from harness.runs.run import Run
from harness.sweep import sweepfile
from harness.sweep.model import SweepSpec


@dataclass(frozen=True)
class Assessment:
    """A target with the sweep of its assessment.

    Attributes:
        target: what is assessed.
        sizes: of the splits.
        text: of the sweep file.
        sweep: the same, understood.
    """

    target: Target
    sizes: Sizes
    text: str
    sweep: SweepSpec

    def start(self, home: Path) -> "AssessmentRun":
        """Begin the run of the sweep in a home, or go on with it."""
        return AssessmentRun(start_sweep(self.sweep, self.text, home))


def assessment(target: Target, wishes: Wishes) -> Assessment:
    """Write the sweep of a target's assessment, and read it.

    Raises:
        SpecError: there are too few captchas; what to do.
    """
    chosen = sizes_of(target, wishes)
    text = sweep_text(target, chosen, wishes)
    return Assessment(target, chosen, text, sweepfile.parse(text))


def sizes_of(target: Target, wishes: Wishes) -> Sizes:
    """Choose the sizes of the splits of a target.

    Raises:
        SpecError: there are too few captchas; what to do.
    """
    if target.kind == "page":
        return sizes.of_page()
    pictures = target.pictures
    if pictures is None:
        return sizes.of_drawn(wishes.labels)
    return sizes.of_folder(pictures, wishes.labels)


Screens = Callable[[], AbstractContextManager[RunProgress]]


@dataclass(frozen=True)
class AssessmentRun:
    """The run of an assessment.

    Attributes:
        run: in its home.
    """

    run: Run

    @functools.cached_property
    def stages(self) -> Sequence[Stage]:
        """List its stages, in order."""
        return stages(self.run.sweep, self.run.plan)

    @functools.cached_property
    def expected(self) -> Expectation:
        """Estimate how long the steps take that are not done."""
        return expected_of(self.run)

    def carry_out(self, screens: Screens, deadline: Deadline) -> Iterator[Stage]:
        """Carry out one stage after the other, and yield each when it has ended.

        Args:
            screens: opens what shows the steps of a stage.
            deadline: after which the stages that are left are skipped.
        """
        begin(self.run)
        before, total = 0, len(self.run.steps)
        for number, stage in enumerate(self.stages):
            why = self._too_long(stage, self.stages[number + 1 :], deadline)
            if why:
                self._leave_out(stage, why)
            else:
                with screens() as shown:
                    carry_out_some(self.run, Timed(shown, deadline), stage.steps, before, total)
            before += len(stage.steps)
            yield stage
        self.run.notes.end()

    def _too_long(self, stage: Stage, later: Sequence[Stage], deadline: Deadline) -> str:
        """Say why a stage is left out for want of time; empty where it is not."""
        if deadline.minutes is None:
            return ""
        if deadline.left <= 0:
            return deadline.why
        expected = expected_of(self.run)  # by what the stages before have taken
        now = _longest(expected, [stage])
        if now > deadline.left:
            return (
                f"left out: it takes about {duration(now)}, and {duration(deadline.left)} are "
                f"left of --minutes {deadline.minutes:g}"
            )
        vital = _longest(expected, [each for each in later if each.is_vital])
        if now and not stage.is_vital and now + vital > deadline.left >= vital > 0:
            return "left out, so that the training on all labels is done in time"
        return ""

    def _leave_out(self, stage: Stage, why: str) -> None:
        """Record the steps of a stage that nobody carries out."""
        for step in stage.steps:
            if finished(step, self.run.store) is None:
                self.run.failure_notes.skip(step, why)


def _longest(expected: Expectation, stages: Sequence[Stage]) -> float:
    """Add up the seconds of stages; what is measured elsewhere counts half, for it may be less."""
    labels = [step.label for stage in stages for step in stage.steps]
    known = [expected.steps[label] for label in labels if label in expected.steps]
    return sum(each.seconds * (1.0 if each.source == "store" else 0.5) for each in known)
