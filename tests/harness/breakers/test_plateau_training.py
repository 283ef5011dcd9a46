"""Training that ends when nothing is gained: when it ends, on what, and after an interruption."""

import numpy as np
import pytest

from harness.breakers.plateau_training import (
    DECAY,
    LEAST_DECAY,
    LEAST_PATIENCE,
    LOOKS,
    PATIENCE,
    Course,
)
from harness.breakers.simple_cnn import SimpleCnn
from harness.breakers.training import fit
from harness.files.checkpoint import Checkpoint
from harness.images.labelled import LabelledImages
from harness.progress import no_progress


def looks(course, shown, loss, accuracy=0.5, training=0.9):
    from dataclasses import replace

    return replace(course, shown=shown).looked(loss, accuracy, training)


def test_a_falling_loss_goes_on():
    course = Course()
    for number in range(1, 60):
        course = looks(course, number * 2048, 1 / number)
    assert course.decays_from is None


def test_a_plateau_begins_the_decay_after_the_patience():
    course, shown = Course(), 0
    while course.decays_from is None:
        shown += 2048
        course = looks(course, shown, 1 / min(shown, 40_960))
    assert course.plateau
    waited = shown - 40_960
    assert max(LEAST_PATIENCE, PATIENCE * 40_960) <= waited <= PATIENCE * shown + 2 * 2048
    assert course.decay == max(LEAST_DECAY, round(DECAY * shown))


def test_a_better_accuracy_is_a_gain_though_the_loss_rises():
    course = Course()
    for number in range(1, 40):
        course = looks(course, number * 2048, 1 + number / 10, accuracy=number / 100)
    assert course.decays_from is None


def test_labels_known_by_heart_end_it_sooner():
    ends = []
    for training in (0.9, 1.0):
        course, shown = Course(), 0
        while course.decays_from is None:
            shown += 2048
            course = looks(course, shown, 1 / min(shown, 100_000), training=training)
        ends.append(shown)
    assert ends[1] < ends[0]


def test_an_epoch_of_many_captchas_is_one_look():
    course = looks(Course(), 50_000, 1.0)
    for number in range(1, LOOKS):
        course = looks(course, 50_000 * (1 + number), 1.0)
        assert course.decays_from is None
    assert looks(course, 50_000 * (1 + LOOKS), 1.0).plateau


def test_the_decay_ends_at_its_share():
    course = Course(shown=10_000).decaying(plateau=True)
    assert course.share == 0
    from dataclasses import replace

    half = replace(course, shown=10_000 + course.decay // 2)
    assert half.share == pytest.approx(0.5)
    assert replace(course, shown=10_000 + course.decay).ended


def recipe(**options):
    return SimpleCnn(batch_size=32, schedule="plateau", epochs=60, **options)


def train(digits, validation=None, checkpoint=None, images=600, options=None):
    options = options or recipe()
    model = options.build((28, 28, 1), 1, 10, 5)
    data = LabelledImages(digits[0][:images], digits[1][:images])
    kept = {"checkpoint": checkpoint} if checkpoint else {}
    history = fit(model, options, data, validation, 5, no_progress, **kept)
    return model, history


@pytest.fixture(scope="module")
def trained(digits):
    return train(digits)


def test_it_ends_before_its_budget_and_has_learned(trained, digits):
    from harness.breakers.reader import Reader

    model, history = trained
    assert history[-1]["plateau"] == 1.0
    assert history[-1]["shown"] < 60 * 600
    accuracy = (Reader(model).read(digits[2]) == digits[3]).mean()
    assert accuracy > 0.9


def test_a_tenth_is_held_out_until_the_decay(trained):
    _model, history = trained
    looked = ["held_out_captcha_accuracy" in row for row in history]
    assert looked[0]
    assert not looked[-1]
    assert looked == sorted(looked, reverse=True)
    first = history[0]
    assert first["shown"] == first["epoch"] * 540  # without the tenth


def test_a_validation_split_is_looked_at_to_the_end(digits):
    validation = LabelledImages(digits[2][:100], digits[3][:100])
    _model, history = train(digits, validation, options=recipe().model_copy(update={"epochs": 12}))
    assert all("validation_captcha_accuracy" in row for row in history)
    assert history[0]["shown"] % 600 == 0


def test_a_budget_that_is_too_small_is_no_plateau(digits):
    _model, history = train(digits, options=recipe().model_copy(update={"epochs": 3}))
    assert history[-1]["plateau"] == 0.0
    assert history[-1]["shown"] >= 3 * 600


def test_an_interrupted_training_gives_the_same_weights(trained, digits, tmp_path):
    model, _history = trained

    class Cut(Exception):  # noqa: N818 - no error: what an interruption raises
        pass

    file, seen = tmp_path / "kept.npz", []

    def interrupt(done, _total, _note=""):
        seen.append(done)
        if done > 12_000:
            raise Cut

    options = recipe()
    cut = options.build((28, 28, 1), 1, 10, 5)
    data = LabelledImages(digits[0][:600], digits[1][:600])
    with pytest.raises(Cut):
        fit(cut, options, data, None, 5, interrupt, checkpoint=Checkpoint(file, every=0))
    again, _rows = train(digits, checkpoint=Checkpoint(file, every=0))
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
