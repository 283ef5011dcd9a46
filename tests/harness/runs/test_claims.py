"""Claims under kill: who is at work is known, and who was killed at it."""

import os
import signal
import subprocess
import sys

import pytest
from console import ROOT

from harness.pipeline.store import Store
from harness.runs.claims import Claims

HOLDER = """
import sys, time
from pathlib import Path
from harness.pipeline.store import Store
from harness.runs.claims import Claims
with Claims(Store(Path(sys.argv[1]))).take("a" * 20, "run-1", "train small") as claim:
    claim.note(0.25, "epoch 1")
    print(claim is not None, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """A process that is at a step."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_step_is_at_one_process(tmp_path, holder):
    claims = Claims(Store(tmp_path))
    (facts,) = claims.at_work()
    assert (facts["step"], facts["run"], facts["share"]) == ("train small", "run-1", 0.25)
    assert facts["process"] == holder.pid
    assert claims.at_work("run-2") == claims.abandoned() == []
    with claims.take("a" * 20, "run-2", "train small") as claim:
        assert claim is None
    claims.clear()
    assert len(claims.at_work()) == 1


def test_who_takes_the_claim_of_a_killed_process_hears_of_it(tmp_path, holder):
    claims = Claims(Store(tmp_path))
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert claims.at_work() == []
    assert [facts["step"] for facts in claims.abandoned()] == ["train small"]
    claims.clear(keep=("run-1",))
    with claims.take("a" * 20, "run-1", "train small") as claim:
        assert claim.before["process"] == holder.pid
        assert claims.at_work()[0]["process"] == os.getpid()
    assert claims.at_work() == claims.abandoned() == list(claims.folder.iterdir()) == []


def test_claims_that_nobody_holds_are_cleared(tmp_path, holder):
    claims = Claims(Store(tmp_path))
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    claims.clear()
    with claims.take("a" * 20, "run-1", "train small") as claim:
        assert claim.before == {}


def test_a_claim_is_let_go_when_the_step_raises(tmp_path):
    claims = Claims(Store(tmp_path))
    with (
        pytest.raises(RuntimeError),
        claims.take("a" * 20, "run-1", "é" * 5000) as claim,
    ):
        claim.note(0.5, "é" * 5000)
        assert claims.at_work()[0]["share"] == 0.5
        raise RuntimeError
    assert list(claims.folder.iterdir()) == []


def test_looking_makes_nothing(tmp_path):
    assert Claims(Store(tmp_path)).at_work() == []
    assert list(tmp_path.iterdir()) == []
