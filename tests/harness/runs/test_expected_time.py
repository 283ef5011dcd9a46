"""Expected times: by like steps of the store, else by constants, else not at all."""

import json

import pytest
from tiny import TINY

from harness.measurements.planning import plan
from harness.pipeline.store import Store
from harness.runs.expected_time import CONSTANTS, duration, expected_time
from harness.runs.work_size import work_size
from harness.sweep import sweepfile


@pytest.fixture(scope="module")
def steps():
    return plan(sweepfile.parse(TINY)).steps


def kept(root, step, seconds, **changes):
    """An artifact that says how long a step took."""
    folder = root / step.kind / f"{step.digest}{len(changes)}"
    folder.mkdir(parents=True)
    spec = {**step.work.model_dump(mode="json"), **changes}
    (folder / "manifest.json").write_text(json.dumps({"spec": spec}))
    (folder / "notes.json").write_text(json.dumps({"seconds": seconds}))


def named(steps, label):
    return next(step for step in steps if step.label == label)


def test_like_steps_of_the_store_count_by_their_size(tmp_path, steps):
    draw = named(steps, "draw digits test")  # 40 captchas
    kept(tmp_path, draw, 100.0, count=400)
    expected = expected_time([draw], Store(tmp_path), steps).steps[draw.label]
    assert expected.source == "store"
    assert expected.seconds == pytest.approx(10.0)


def test_trainings_count_by_the_images_that_they_show(tmp_path, steps):
    train = named(steps, "train small")
    options = train.work.options.model_dump(mode="json")
    kept(tmp_path, train, 60.0, options={**options, "epochs": 20})
    expected = expected_time([train], Store(tmp_path), steps).steps[train.label]
    assert expected.seconds == pytest.approx(6.0)


def test_without_like_steps_constants_count_and_unknown_ones_are_said(tmp_path, steps):
    expected = expected_time(steps, Store(tmp_path), steps)
    assert {each.source for each in expected.steps.values()} == {"constants"}
    assert expected.unknown == len(steps) - len(expected.steps) > 0
    assert "constants" in str(expected)
    assert "unknown" in str(expected)
    assert str(expected_time([], Store(tmp_path))) == "a time that is not known here"


def test_each_kind_of_work_has_a_size(steps):
    for step in steps:
        like, units = work_size(step.work.model_dump(mode="json"), lambda _digest: 40)
        assert units >= 1
        assert all(isinstance(part, str) for part in like)


def test_a_damaged_store_is_no_obstacle(tmp_path, steps):
    draw = named(steps, "draw digits test")
    for number, text in enumerate(("", "[]", "{", '{"spec": {"step": "draw"}}')):
        folder = tmp_path / "datasets" / str(number)
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(text)
        (folder / "notes.json").write_text('{"seconds": 3.0}')
    assert expected_time([draw], Store(tmp_path), steps).steps[draw.label].source == "constants"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 second"), (40, "40 seconds"), (100, "2 minutes"), (7800, "2 h 10 min")],
)
def test_times_are_written_as_people_say_them(seconds, text):
    assert duration(seconds) == text


def test_constants_are_positive():
    assert all(unit >= 0 and start >= 0 for unit, start in CONSTANTS.values())
