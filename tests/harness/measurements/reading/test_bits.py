"""Accuracy by bits is counted as it was published, so that everybody sees what it hides."""

import numpy as np
import pytest
from planted import Planted

from harness.images.labelled import LabelledImages
from harness.measurements.reading.bits import right_bits, softmax
from harness.measurements.reading.work import Read

FOUR = """
[breakers.heads]
dataset = "d"
architecture = "four_heads"
[defenses.blur]
defense = "mean_blur"
"""


class Fixed:
    """A reader whose logits are known: those of the number that its image shows."""

    def __init__(self, logits):
        self.answers = np.array(logits, np.float32)
        self.classes = self.answers.shape[-1]

    def logits(self, images):
        return self.answers[np.rint(np.asarray(images)[:, 0, 0, 0] * 255).astype(int)]


def captchas(labels):
    images = np.arange(len(labels), dtype=np.uint8)[:, None, None, None] * np.ones(
        (1, 2, 2, 1), np.uint8
    )
    return LabelledImages(images, np.array(labels, np.uint8), None)


def test_bits_are_those_of_the_softmax_above_half():
    numbers = np.random.default_rng(2)
    logits = numbers.normal(0, 2, (50, 4, 10))
    labels = numbers.integers(0, 10, (50, 4))
    right = 0
    for row, label in zip(logits, labels, strict=True):
        for character, true in zip(row, label, strict=True):
            chances = np.exp(character) / np.exp(character).sum()
            right += sum((chance > 0.5) == (n == true) for n, chance in enumerate(chances))
    assert right_bits(Fixed(logits), captchas(labels)) == right


def test_an_answer_that_is_sure_of_nothing_has_ninety_percent_of_them():
    labels = np.random.default_rng(3).integers(0, 10, (20, 4))
    assert right_bits(Fixed(np.zeros((20, 4, 10))), captchas(labels)) == 0.9 * 20 * 40
    wrong = np.full((20, 4, 10), -9.0)
    np.put_along_axis(wrong, ((labels + 1) % 10)[..., None], 9.0, axis=2)
    assert right_bits(Fixed(wrong), captchas(labels)) == 0.8 * 20 * 40


def test_large_logits_do_not_overflow():
    assert softmax(np.array([1000.0, 0.0])).tolist() == [1.0, 0.0]


def test_bits_are_counted_where_they_were_published(tmp_path):
    home = Planted(tmp_path / "home", np.zeros((8, 3)), FOUR)
    counted = {step.label for step in home.steps(Read) if step.work.bits}
    assert counted == {"read with heads"}


def test_bits_stand_behind_the_other_columns(tmp_path):
    home = Planted(tmp_path / "home", np.zeros((8, 3)), FOUR)
    home.draw()
    home.train()
    home.read()
    (step,) = [step for step in home.steps(Read) if step.work.bits]
    artifact = home.store.find(step.kind, step.digest)
    assert artifact is not None
    rows = {(row.breaker, row.defense): row for row in home.document().breakers}
    plain = rows["heads", "none"]
    assert plain.bit_accuracy is None, "an older reading has not counted them"
    assert (plain.optimizer, plain.loss) == ("adam", "cross_entropy")
    assert rows["heads", "blur"].optimizer == ""
    known = plain.model_copy(update={"right_bits": 66, "bits": 72})
    assert known.columns()["bit_accuracy"] == pytest.approx(66 / 72)
    assert list(known.columns())[-3:] == ["optimizer", "loss", "bit_accuracy"]
