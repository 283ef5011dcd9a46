"""The execution of steps: each kind of work by the function that its measurement lists for it."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from harness.measurements.catalog import functions
from harness.pipeline import runner
from harness.pipeline.context import StepContext
from harness.pipeline.step import Step, Work
from harness.pipeline.store import Artifact, Store
from harness.progress import Progress, no_progress


def carry_out(
    step: Step,
    store: Store,
    downloads: Path,
    progress: Progress = no_progress,
    draws: Mapping[str, Work] = MappingProxyType({}),
) -> Artifact:
    """Carry out a step, unless it is done; see harness.pipeline.runner.carry_out."""
    return runner.carry_out(step, store, perform, downloads, progress, draws)


def perform(work: Work, context: StepContext) -> None:
    """Do the work of a step by the function that its measurement lists for it."""
    functions()[type(work)](work, context)
