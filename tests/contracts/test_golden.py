"""Every step of the sweeps that come along keeps its name: what people have done is not done again.

A digest that changes on purpose changes here in a commit of its own, with the reason. To write the
file anew: `python tests/contracts/test_golden.py`.
"""

import json

import pytest
from console import ROOT

from harness.measurements.planning import plan
from harness.sweep.sweepfile import FROZEN, read

GOLDEN = ROOT / "tests" / "golden-steps.json"
SWEEPS = sorted(file.stem for file in FROZEN.glob("*.toml"))


def steps(name):
    """Label, kind, digest and seed of each step, in order."""
    return [
        [step.label, step.kind, step.digest, getattr(step.work, "seed", None)]
        for step in plan(read(FROZEN / f"{name}.toml")).steps
    ]


def written(golden):
    """JSON with a line for each step, so that a change is one line of a diff."""
    sweeps = ",\n".join(
        f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, rows)) + "\n]"
        for name, rows in golden.items()
    )
    return f"{{\n{sweeps}\n}}\n"


def test_every_sweep_is_there():
    assert sorted(json.loads(GOLDEN.read_text())) == SWEEPS


@pytest.mark.parametrize("name", SWEEPS)
def test_steps_keep_their_digests_and_seeds(name):
    assert steps(name) == json.loads(GOLDEN.read_text())[name]


if __name__ == "__main__":
    GOLDEN.write_text(written({name: steps(name) for name in SWEEPS}))
