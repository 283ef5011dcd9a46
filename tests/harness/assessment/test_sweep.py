"""The sweep that a target becomes: its sizes, its text from anywhere, its stages."""

import pytest
from labelled_files import fill

from harness.assessment import sizes
from harness.assessment.assessment import assessment
from harness.assessment.sizes import FEWEST_LABELS, FEWEST_TESTS, FREE_TRIES, MOST_TESTS
from harness.assessment.stages import stages
from harness.assessment.starting_point import starting_point
from harness.assessment.sweep_text import slug, sweep_text
from harness.assessment.target import look
from harness.assessment.wishes import Wishes
from harness.errors import SpecError
from harness.measurements.planning import plan
from harness.sweep import sweepfile

LABELS = [f"{number * 7919 % 10000:04d}" for number in range(120)]


@pytest.fixture
def mine(tmp_path):
    fill(tmp_path / "Mine & Others", LABELS)
    return tmp_path


@pytest.mark.parametrize("pictures", [80, 100, 299, 300, 900, 5_000, 50_000])
def test_a_third_of_a_folder_is_held_out(pictures):
    chosen = sizes.of_folder(pictures, 0)
    assert chosen.train + chosen.test <= pictures
    assert chosen.train + chosen.test == pictures or chosen.train == FREE_TRIES
    assert FEWEST_TESTS <= chosen.test <= MOST_TESTS
    assert chosen.labels <= chosen.train
    assert chosen.labels >= FEWEST_LABELS
    assert list(chosen.few) == sorted(set(chosen.few))
    assert all(number < chosen.labels for number in chosen.few)


def test_the_interval_of_a_third_of_300_is_ten_points():
    assert sizes.of_folder(300, 0).widest == pytest.approx(0.096, abs=0.002)


def test_too_few_captchas_are_refused():
    with pytest.raises(SpecError, match="20 different captchas; an assessment needs 80"):
        sizes.of_folder(20, 0)
    with pytest.raises(SpecError, match="--labels 10"):
        sizes.of_drawn(10)


def test_the_text_is_the_sweep(mine):
    asked = assessment(look("Mine & Others", Wishes(), mine), Wishes(tries_per_day=77))
    assert asked.sweep.tries_per_day == 77
    assert asked.sweep.name == "assess-mine-others"
    assert asked.sweep.datasets["site"].test == 40
    assert [b.images for b in asked.sweep.breakers.values() if b.images] == [50, 80]
    again = sweepfile.parse(asked.text, mine / "elsewhere")
    assert again == asked.sweep


def test_every_step_is_in_one_stage_in_the_order_of_labels(mine):
    asked = assessment(look("Mine & Others", Wishes(), mine), Wishes())
    whole = plan(asked.sweep)
    divided = stages(asked.sweep, whole)
    digests = [step.digest for stage in divided for step in stage.steps]
    assert sorted(digests) == sorted(step.digest for step in whole.steps)
    done = set()
    for stage in divided:
        for step in stage.steps:
            assert {need for _kind, need in step.needs} <= done | {step.digest}
            done.add(step.digest)
    titles = [stage.title for stage in divided]
    assert titles[0] == "without labels, ddddocr"
    assert titles.index("50 labels, trained-50") < titles.index("all 80 labels, trained-80")
    assert [stage.breaker for stage in divided if stage.is_vital] == ["trained-80"]


def test_init_writes_what_lies_below_by_its_name(mine, monkeypatch):
    monkeypatch.chdir(mine)
    target = look("Mine & Others", Wishes(), mine)
    file = starting_point(target, Wishes(), None)
    assert str(file) == "mine-others.toml"
    text = (mine / file).read_text()
    assert 'path = "Mine & Others"' in text
    assert sweepfile.read(mine / file).datasets["site"].train == 80
    with pytest.raises(SpecError, match="is there and stays"):
        starting_point(target, Wishes(), None)
    assert (mine / file).read_text() == text


@pytest.mark.parametrize(
    ("asked", "name"),
    [("image_captcha", "image-captcha"), ("claptcha", "claptcha")],
)
def test_targets_have_names_that_sweeps_can_have(tmp_path, asked, name):
    assert slug(look(asked, Wishes(), tmp_path)) == name


def test_a_name_that_is_no_text_is_refused(tmp_path):
    folder = tmp_path / "caf\udce9"
    try:
        fill(folder, LABELS)
    except OSError:
        pytest.skip("this file system has names of text only")
    target = look(str(folder), Wishes(), tmp_path)
    with pytest.raises(SpecError, match="rename it"):
        sweep_text(target, sizes.of_folder(120, 0), Wishes())
