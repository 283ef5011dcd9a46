"""Detectors that a run has fitted, by name."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import SpecError
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
    fits = {(entry.detector, entry.breaker): entry.fitted for entry in run.plan.guarded}
    if not fits:
        raise SpecError(f"{run.id} has no detectors; the sweep `detectors` has some")
    for (each, over), fit in fits.items():
        if each == detector and breaker in ("", over):
            return FittedDetector(run, fit)
    choices = [f"{each}/{over}" for each, over in fits]
    raise SpecError(f"{run.id} has no detector {rest!r}; {suggestion(rest, choices)}")


def judge_of(detector: FittedDetector) -> "Judge":
    """Load a detector and its breaker, ready for single images.

    Raises:
        SpecError: it is not fitted yet.
    """
    from harness.measurements.detection.judging import judge_of as load

    judge: Judge = load(detector.run.step(detector.fit), detector.run.store)
    return judge
