"""Detectors that a run has fitted, by name."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import SpecError
from harness.measurements.detection.work import Fit
from harness.measurements.reading.work import ReadingEntry
from harness.registry import suggestion
from harness.runs.home import existing
from harness.runs.run import Run

if TYPE_CHECKING:
    from harness.detectors.judge import Judge


@dataclass(frozen=True)
class FittedDetector:
    """A detector over a breaker of a run.

    Attributes:
        run: the run.
        fit: digest of the step that fits it.
    """

    run: Run
    fit: str


def fitted_detector(name: str, home: Path) -> FittedDetector:
    """Find a detector of a run.

    Args:
        name: RUN/DETECTOR, or RUN/DETECTOR/BREAKER; without a breaker, the first one.
        home: the folder that the run was written to.

    Raises:
        SpecError: there is no such run or detector; those that there are are listed.
    """
    run_id, _, rest = name.partition("/")
    run = existing(run_id, home)
    detector, _, breaker = rest.partition("/")
    fits = _fits(run)
    if not fits:
        raise SpecError(f"{run.id} has no detectors; the sweep `detectors` has some")
    for (each, over), fit in fits.items():
        if each == detector and breaker in ("", over):
            return FittedDetector(run, fit)
    choices = [f"{each}/{over}" for each, over in fits]
    raise SpecError(f"{run.id} has no detector {rest!r}; {suggestion(rest, choices)}")


def _fits(run: Run) -> dict[tuple[str, str], str]:
    """Give the digests of the steps that fit a detector, by its name and its breaker's."""
    breakers = {entry.trained: entry.breaker for entry in run.plan.find(ReadingEntry)}
    return {
        (name, breakers[step.work.victim.breaker]): step.digest
        for step in run.plan.steps
        if isinstance(step.work, Fit)
        for name, spec in run.sweep.detectors.items()
        if spec.options == step.work.options
    }


def judge_of(detector: FittedDetector) -> "Judge":
    """Load a detector and its breaker, ready for single images.

    Raises:
        SpecError: it is not fitted yet.
    """
    from harness.measurements.detection.judging import judge_of as load

    judge: Judge = load(detector.run.step(detector.fit), detector.run.store)
    return judge
