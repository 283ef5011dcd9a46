"""Rounds in a plan: which captchas are tried, what each training learns from, what is refused."""

import pytest

from harness.errors import SweepError
from harness.measurements.free_labels.work import Collect, FreeLabelsEntry
from harness.measurements.planning import plan
from harness.measurements.reading.work import Read
from harness.measurements.training.work import Train
from harness.sweep.sweepfile import parse

FREE = """
name = "free"
tries_per_day = 100

[datasets.site]
generator = "image_captcha"
alphabet = "0123"
length = 2
train = 1000
validation = 50
test = 50

[datasets.other]
generator = "image_captcha"
alphabet = "0123"
length = 2
train = 1000
test = 50

[breakers.ready]
dataset = "site"
architecture = "ddddocr"

[breakers.given]
dataset = "site"
architecture = "simple_cnn"
images = 40

[breakers.elsewhere]
dataset = "other"
architecture = "ddddocr"

[breakers.free]
dataset = "site"
architecture = "simple_cnn"
labels = "accepted"
readers = ["ready"]
tries = 900
"""


def steps(text, kind):
    return [step for step in plan(parse(text)).steps if isinstance(step.work, kind)]


def test_the_rounds_share_the_tries_and_each_training_learns_from_all_before():
    collections = steps(FREE, Collect)
    spans = [(step.work.first, step.work.tries) for step in collections]
    assert spans == [(0, 300), (300, 300), (600, 300)]
    assert [len(step.work.readers) for step in collections] == [1, 2, 3]
    names = [step.digest for step in collections]
    assert [step.work.before for step in collections] == [(), (names[0],), tuple(names[:2])]
    trainings = [step for step in steps(FREE, Train) if step.work.accepted]
    assert [list(step.work.accepted) for step in trainings] == [names[:1], names[:2], names]
    assert {step.work.images for step in trainings} == {0}
    assert {step.work.validation for step in trainings} == {None}, "those are labels by hand"
    assert trainings[-1].label == "train free"


def test_every_round_is_measured_on_fresh_captchas_and_the_last_one_is_the_breaker():
    planned = plan(parse(FREE))
    entries = planned.find(FreeLabelsEntry, breaker="free")
    assert [entry.round for entry in entries] == [1, 2, 3]
    assert [entry.readers for entry in entries] == [
        ("ready",), ("ready", "round 1"), ("ready", "round 1", "round 2"),
    ]  # fmt: skip
    by_name = {step.digest: step for step in planned.steps}
    tests = {by_name[entry.reading].work.test for entry in entries}
    (drawn,) = tests
    assert by_name[drawn].work.split == "test"
    assert by_name[entries[-1].reading].label == "read with free"
    reads = [step for step in planned.steps if isinstance(step.work, Read) and "free" in step.label]
    assert len([step for step in reads if step.work.test == drawn]) == 3


def test_labels_by_hand_come_first_and_make_a_reader():
    text = FREE.replace("tries = 900", "tries = 600\nimages = 100").replace('["ready"]', "[]")
    planned = plan(parse(text))
    spans = [(step.work.first, step.work.tries) for step in steps(text, Collect)]
    assert spans == [(100, 200), (300, 200), (500, 200)]
    entries = planned.find(FreeLabelsEntry)
    assert [(entry.round, entry.labels_by_hand) for entry in entries] == [
        (0, 100), (1, 100), (2, 100), (3, 100),
    ]  # fmt: skip
    assert entries[1].readers == ("round 0",)
    assert entries[0].held_out is None


@pytest.mark.parametrize(
    ("train", "images", "tries"), [(1000, 0, 1000), (9000, 0, 5000), (1000, 100, 900)]
)
def test_tries_by_default(train, images, tries):
    text = FREE.replace("train = 1000", f"train = {train}", 1)
    text = text.replace("tries = 900", f"images = {images}")
    assert sum(step.work.tries for step in steps(text, Collect)) == tries


def test_labels_by_hand_vary_and_readers_may_too():
    text = FREE.replace("tries = 900", "tries = 300\nvary.images = [0, 20, 100]")
    text = text.replace('architecture = "ddddocr"', 'vary.architecture = ["ddddocr"]', 1)
    text = text.replace('["ready"]', '["ready-ddddocr"]')
    entries = plan(parse(text)).find(FreeLabelsEntry)
    assert {(entry.breaker, entry.labels_by_hand) for entry in entries} == {
        ("free-0", 0), ("free-20", 20), ("free-100", 100),
    }  # fmt: skip


def test_what_a_page_allows_a_day_changes_no_step():
    other = FREE.replace("tries_per_day = 100", "tries_per_day = 7")
    assert plan(parse(FREE)).steps == plan(parse(other)).steps


def test_the_foundation_answers_without_a_table_of_its_own():
    text = FREE.replace("length = 2", "length = 4").replace('["ready"]', '["foundation", "ready"]')
    text = text.replace(
        'architecture = "simple_cnn"\nlabels', 'architecture = "whole_image"\nlabels'
    )
    adapted = next(step for step in plan(parse(text)).steps if step.work.step == "adapt")
    first, *_more = steps(text, Collect)
    assert first.work.readers[0].breaker == adapted.digest
    starts = {step.work.start for step in steps(text, Train) if step.work.accepted}
    assert starts == {adapted.digest}, "who has no label begins with it"
    bare = text.replace('labels = "accepted"', 'labels = "accepted"\nstart_from = "none"')
    assert {step.work.start for step in steps(bare, Train)} == {None}


def test_a_trained_reader_is_planned_before_it_answers():
    text = FREE.replace('["ready"]', '["given"]').replace("tries = 900", "tries = 900\nimages = 40")
    seen = set()
    for step in plan(parse(text)).steps:
        assert {name for _kind, name in step.needs} <= seen
        seen.add(step.digest)


MISFITS = {
    "nobody answers": ('["ready"]', "[]", r"breakers\.free\.readers: is missing; name a breaker"),
    "an unknown reader": ('["ready"]', '["redy"]', "'redy' is not a table of this file"),
    "another data set": ('["ready"]', '["elsewhere"]', "'elsewhere' is a breaker of 'other'"),
    "itself": ('["ready"]', '["free"]', "'free' learns from accepted answers itself"),
    "twice": ('["ready"]', '["ready", "ready"]', "'ready' is there twice"),
    "labels by hand of its reader": (
        '["ready"]', '["given"]', r"'given' learns from 40 captchas labelled by hand.*images = 40",
    ),
    "labels by hand behind its start": (
        "tries = 900", 'tries = 900\nstart_from = "given"', "start_from: 'given' learns from",
    ),
    "a foundation for other lengths": (
        '["ready"]', '["foundation"]', "the foundation breaker reads captchas of 3 to 8",
    ),
    "more tries than captchas": (
        "tries = 900", "tries = 1001", r"tries = 1001: each is another captcha.*train = 1000;",
    ),
    "with labels by hand": (
        "tries = 900", "tries = 900\nimages = 101", "train = 1000 besides images = 101",
    ),
    "too few tries": ("tries = 900", "tries = 20", "too few to compare readers in 3 rounds"),
    "nothing left to try": (
        "tries = 900", "images = 1000", "tries = 0: too few to compare",
    ),
    "no label at all": ("images = 40", "images = 0", "images = 0: nothing to learn from"),
    "rounds without asking": ("images = 40", "rounds = 2", "rounds goes with labels = 'accepted'"),
    "a reader that is not trained": (
        'architecture = "ddddocr"', 'architecture = "ddddocr"\nlabels = "accepted"',
        "is for a breaker that is trained here; ddddocr is not",
    ),
    "labels that are drawn": ("tries = 900", "endless = true", "endless draws captchas with their"),
    "an unknown kind of labels": ('"accepted"', '"accept"', "labels = 'accept'"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISFITS)
def test_what_does_not_fit_is_one_line(case):
    old, new, words = MISFITS[case]
    assert old in FREE
    with pytest.raises(SweepError, match=words) as caught:
        parse(FREE.replace(old, new, 1))
    assert len(caught.value.lines()) == 1, caught.value.lines()


def test_a_reader_that_draws_its_labels_is_refused():
    text = FREE.replace('["ready"]', '["given"]').replace("images = 40", "endless = true")
    with pytest.raises(SweepError, match="'given' is endless: it draws its labels") as caught:
        parse(text)
    assert len(caught.value.lines()) == 1
