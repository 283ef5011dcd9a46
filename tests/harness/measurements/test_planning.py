"""A plan is a pure function of a sweep: ordered, without doubles, the same everywhere."""

import pytest
from tiny import TINY

from harness.measurements.curves.work import CurveEntry
from harness.measurements.planning import plan
from harness.measurements.reading.work import ReadingEntry
from harness.registry import find
from harness.sweep.sweepfile import FROZEN, parse, read


def labels(text):
    return {step.label: step.digest for step in plan(parse(text)).steps}


@pytest.mark.parametrize("file", sorted(FROZEN.glob("*.toml")), ids=lambda file: file.stem)
def test_every_sweep_file_gives_a_plan(file):
    expanded = plan(read(file))
    seen = set()
    for step in expanded.steps:
        assert all(need in seen for _kind, need in step.needs), "a need comes later"
        seen.add(step.digest)
    assert len(seen) == len(expanded.steps)
    assert {cell.curve for cell in expanded.find(CurveEntry)} <= seen
    assert {reading.reading for reading in expanded.find(ReadingEntry)} <= seen
    assert expanded == plan(read(file))


def test_names_do_not_matter_but_options_do():
    first = plan(parse(TINY)).steps
    renamed = plan(parse(TINY.replace("breakers.small", "breakers.other"))).steps
    assert [step.digest for step in first] == [step.digest for step in renamed]
    changed = labels(TINY.replace("steps = 3", "steps = 4"))
    same = {label for label, digest in labels(TINY).items() if changed.get(label) == digest}
    assert "fgsm on small" in same
    assert "train small" in same
    assert "pgd on small" not in same


def test_more_training_captchas_leave_the_test_split_alone():
    before, after = labels(TINY), labels(TINY.replace("train = 120", "train = 130"))
    assert before["draw digits test"] == after["draw digits test"]
    assert before["draw digits train"] != after["draw digits train"]
    assert before["train small"] != after["train small"]


def test_a_seed_changes_everything_random():
    before, after = labels(TINY), labels(TINY.replace("seed = 3", "seed = 4"))
    assert not set(before.values()) & set(after.values())


def test_equal_steps_are_done_once():
    double = (
        TINY + '\n[breakers.again]\ndataset = "digits"\narchitecture = "simple_cnn"\nepochs = 2\n'
    )
    assert len(plan(parse(double)).steps) == len(plan(parse(TINY)).steps)
    assert len(plan(parse(double)).find(CurveEntry)) == 2 * len(plan(parse(TINY)).find(CurveEntry))


def test_defended_breakers_are_attacked_freshly_and_with_old_images():
    cells = [
        (cell.defense, cell.knowledge, cell.source)
        for cell in plan(parse(TINY)).find(CurveEntry)
        if cell.attack == "fgsm"
    ]
    assert cells == [
        ("none", "white_box", "small"),
        ("finetune", "white_box", "small+finetune"),
        ("finetune", "transfer", "small"),
        ("blur", "white_box", "small+blur"),
        ("blur", "transfer", "small"),
    ]


def test_the_published_protocol_trains_on_test_images_and_is_marked():
    text = TINY.replace("images = 50", 'images = 50\nprotocol = "published"')
    expanded = plan(parse(text))
    test = labels(text)["draw digits test"]
    step = next(step for step in expanded.steps if step.label == "finetune small")
    assert test in [need for _kind, need in step.needs]
    marked = {
        cell.defense for cell in expanded.find(CurveEntry) if "leaking_protocol" in cell.marks
    }
    assert marked == {"finetune"}
    honest = next(s for s in plan(parse(TINY)).steps if s.label == "finetune small")
    assert test not in [need for _kind, need in honest.needs]


def test_vary_gives_one_breaker_for_each_combination():
    text = TINY.replace("epochs = 2", 'epochs = 2\nvary.optimizer = ["sgd", "adam"]', 1)
    names = {reading.breaker for reading in plan(parse(text)).find(ReadingEntry)}
    assert names == {"small-sgd", "small-adam"}


def test_images_of_an_attack_with_transfer_go_to_all_other_breakers():
    more = TINY.replace('attack = "fgsm"', 'attack = "fgsm"\ntransfer = true') + (
        '\n[breakers.other]\ndataset = "digits"\narchitecture = "simple_cnn"\nepochs = 1\n'
        '\n[breakers.ready]\ndataset = "digits"\narchitecture = "ddddocr"\n'
    )
    cells = plan(parse(more)).find(CurveEntry)
    carried = {
        (cell.attack, cell.source, cell.breaker)
        for cell in cells
        if cell.knowledge == "transfer" and cell.defense == "none"
    }
    assert carried == {
        ("fgsm", "small", "other"), ("fgsm", "other", "small"),
        ("fgsm", "small", "ready"), ("fgsm", "other", "ready"),
        ("pgd", "small", "ready"),  # without transfer, those of the first breaker
    }  # fmt: skip


def test_a_defense_measured_by_its_own_attack_is_marked():
    cells = plan(parse(TINY)).find(CurveEntry)
    marked = {
        (cell.attack, cell.defense) for cell in cells if "same_attack_as_training" in cell.marks
    }
    assert marked == {("fgsm", "finetune")}


def test_a_new_edition_of_one_row_is_a_new_step_and_leaves_the_others_alone(monkeypatch):
    before = labels(TINY)
    monkeypatch.setattr(find("architecture", "simple_cnn"), "edition", 7)
    after = labels(TINY)
    same = {label for label, digest in before.items() if after[label] == digest}
    assert same == {label for label in before if label.startswith("draw")}
