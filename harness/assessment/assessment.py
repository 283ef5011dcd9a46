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
from harness.runs.expected_time import Expectation, expected_of
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
        for stage in self.stages:
            if deadline.left > 0:
                with screens() as shown:
                    carry_out_some(self.run, Timed(shown, deadline), stage.steps, before, total)
            else:
                self._leave_out(stage, deadline.why)
            before += len(stage.steps)
            yield stage
        self.run.notes.end()

    def _leave_out(self, stage: Stage, why: str) -> None:
        """Note the steps of a stage that nobody carries out."""
        for step in stage.steps:
            if finished(step, self.run.store) is None:
                self.run.failure_notes.skip(step, why)
