"""Urgency: the steps with the longest work behind them go first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.errors import HarnessError
from harness.pipeline.step import StepName
from harness.runs.expected_time import expected_of
from harness.runs.run import Run

URGENCY = "urgency.json"
LEVELS = 10  # of urgency: what every broker can order by
UNKNOWN = 5.0  # seconds that count for a step of which nothing is known


@dataclass(frozen=True)
class Urgency:
    """How urgent the steps of a run are, by their digests.

    Attributes:
        levels: 0 to LEVELS - 1, the most urgent.
        seconds: that a step may take, of those of which something is known.
    """

    levels: Mapping[str, int]
    seconds: Mapping[str, float]

    def level(self, step: StepName) -> int:
        """Give the urgency of a step; of one that nothing is known of, the least."""
        return int(self.levels.get(step.digest, 0))


def urgency_of(run: Run) -> Urgency:
    """Estimate the urgency of the steps of a run, and keep it in the run's folder."""
    try:
        expected = expected_of(run).steps
    except HarnessError:  # a plan of another edition: its steps are named, and that is all
        expected = {}
    seconds = {
        step.digest: round(expected[step.label].seconds, 3)
        for step in run.steps
        if step.label in expected
    }
    levels = _levels(run.steps, seconds)
    run.notes.write(URGENCY, json.dumps({"levels": levels, "seconds": seconds}))
    return Urgency(levels, seconds)


def kept_urgency(run: Run) -> Urgency:
    """Read what `urgency_of` has kept; nothing is known where it is missing or damaged."""
    content = run.notes.read(URGENCY)
    levels, seconds = content.get("levels"), content.get("seconds")
    return Urgency(
        levels if isinstance(levels, dict) else {}, seconds if isinstance(seconds, dict) else {}
    )


def _levels(steps: Sequence[StepName], seconds: Mapping[str, float]) -> dict[str, int]:
    """Rank steps by the seconds of the longest chain of steps that begins with each."""
    behind: dict[str, float] = {}  # the longest chain after a step
    chains: dict[str, float] = {}
    for step in reversed(steps):
        chains[step.digest] = behind.get(step.digest, 0.0) + seconds.get(step.digest, UNKNOWN)
        for _kind, need in step.needs:
            behind[need] = max(behind.get(need, 0.0), chains[step.digest])
    lengths = sorted(set(chains.values()))
    ranks = {length: rank * LEVELS // len(lengths) for rank, length in enumerate(lengths)}
    return {name: ranks[length] for name, length in chains.items()}
