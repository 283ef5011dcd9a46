"""The splits of a run's data sets, by name."""

from harness.errors import SpecError
from harness.measurements.datasets.work import SplitEntry
from harness.pipeline.step import Step
from harness.runs.run import Run


def drawing_steps(run: Run, dataset: str, split: str) -> dict[str, Step]:
    """Find the steps that draw a data set.

    Args:
        run: the run.
        dataset: its name in the sweep.
        split: train, validation or test; all: each that the run draws.

    Returns:
        Split -> step.

    Raises:
        SpecError: the run draws no such split; those that it draws are listed.
    """
    steps = {
        entry.split: run.step(entry.draw) for entry in run.plan.find(SplitEntry, dataset=dataset)
    }
    if split != "all":
        steps = {name: step for name, step in steps.items() if name == split}
    if not steps:
        known = ", ".join(f"{entry.dataset} {entry.split}" for entry in run.plan.find(SplitEntry))
        raise SpecError(f"{run.sweep.name} has no data set {dataset!r} {split}; choices: {known}")
    return {str(name): step for name, step in steps.items()}
