"""Steps of a run are found by what they are of, never by the labels that people read."""

import pytest
from tiny import TINY

from harness.errors import SpecError
from harness.runs.creation import start_text
from harness.runs.detectors import fitted_detector
from harness.runs.drawing_steps import drawing_steps
from harness.runs.home import existing

TWO = TINY.replace("[defenses.finetune]", "[defenses.train]")  # its step has such a label as well
GUARDED = f"""{TINY.replace("validation = 30", "validation = 100")}
[breakers.other]
dataset = "digits"
architecture = "simple_cnn"
epochs = 3

[detectors.joint]
detector = "joint"
"""


def test_a_defense_named_train_is_not_the_training(tmp_path):
    run = start_text(TWO, tmp_path)
    training = run.training("small")
    assert training != run.training("small", "train")
    needed = run.plan.behind(training)
    assert [step.kind for step in needed] == ["datasets", "datasets", "breakers"]
    assert needed[-1].digest == training
    with pytest.raises(SpecError, match="trains no breaker 'large'"):
        run.training("large")
    with pytest.raises(SpecError, match="is not trained yet"):
        run.trained("small")


def test_splits_are_found_by_name(tmp_path):
    run = start_text(TINY, tmp_path)
    assert list(drawing_steps(run, "digits", "all")) == ["train", "validation", "test"]
    (step,) = drawing_steps(run, "digits", "test").values()
    assert (step.kind, step.label) == ("datasets", "draw digits test")
    for dataset, split in (("digits", "text"), ("digit", "all")):
        with pytest.raises(SpecError, match="choices: digits train, digits validation"):
            drawing_steps(run, dataset, split)


def test_a_detector_is_found_over_each_breaker(tmp_path):
    run = start_text(GUARDED, tmp_path)
    over = {
        name: fitted_detector(f"{run.id}/joint{name}", tmp_path).fit
        for name in ("", "/small", "/other")
    }
    assert over[""] == over["/small"] != over["/other"]
    with pytest.raises(SpecError, match="has no detector 'joint/large'"):
        fitted_detector(f"{run.id}/joint/large", tmp_path)
    with pytest.raises(SpecError, match="has no detectors"):
        fitted_detector(start_text(TINY, tmp_path).id, tmp_path)


def test_looking_for_a_run_writes_nothing(tmp_path):
    run = start_text(TINY, tmp_path)
    before = {file: file.stat().st_mtime_ns for file in run.folder.rglob("*")}
    looked = existing("tiny", tmp_path)
    assert (looked.digests(), looked.sweep, looked.failures()) == (run.digests(), run.sweep, {})
    assert len(looked.missing()) == len(run.steps)
    assert {file: file.stat().st_mtime_ns for file in run.folder.rglob("*")} == before
