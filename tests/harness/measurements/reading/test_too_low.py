"""Figures that others of the same run show to be too low carry that wherever they stand."""

import numpy as np
import pytest
from documents import page
from planted import Planted

from commands.summary import Summary, lines
from harness.measurements.reading.run import READING
from harness.measurements.reading.work import Read

LABELS = np.random.default_rng(1).integers(0, 3, (400, 3)).astype(np.uint8)
READY = '[breakers.ready]\ndataset = "d"\narchitecture = "ddddocr"\n'
BLUR = '[defenses.blur]\ndefense = "mean_blur"\n'
SIZES = """
[breakers.few]
dataset = "d"
architecture = "simple_cnn"
epochs = 6
images = 10
"""
LEARNED = [{"epoch": n, "character_accuracy": 0.6, "loss": 1.0} for n in range(1, 7)]
BY_HEART = [{"epoch": n, "character_accuracy": 1.0, "loss": 0.0} for n in range(1, 7)]


class Several(Planted):
    """Each breaker reads another share of the captchas, by the name in its step's label."""

    def read_shares(self, **shares):
        for step in self.steps(Read):
            name = step.label.removeprefix("read with ").replace(" with ", "_")
            classes = self.labels.copy()
            wrong = np.arange(len(classes)) >= round(shares[name] * len(classes))
            classes[wrong, 0] = (classes[wrong, 0] + 1) % 3
            arrays = {READING: {"classes": classes, "labels": self.labels}}
            self.put(step, arrays, read_seconds=1.0, blank=self.blank, parameters=1)


def planted(tmp_path, more, history=LEARNED, **shares):
    home = Several(tmp_path / "home", LABELS, more)
    home.draw()
    home.train(history)
    home.read_shares(**shares)
    return home.document()


def codes(document):
    raised = {}
    for row in document.breakers:
        name = row.breaker if row.defense == "none" else f"{row.breaker}_{row.defense}"
        raised[name] = set(row.warnings) - {"few_captchas"}
    return raised


def test_a_ready_made_reader_that_reads_more_is_named(tmp_path):
    document = planted(tmp_path, READY + BLUR, b=0.5, b_blur=0.4, ready=0.6)
    weaker = {"weaker_than_ready_made"}
    assert codes(document) == {"b": weaker, "b_blur": weaker, "ready": set()}
    assert "weaker_than_ready_made" in Summary(document, tmp_path).as_json()["warnings"]
    text = "\n".join(lines(document))
    assert text.count("flagged: weaker_than_ready_made") == 2
    _, parsed = page(tmp_path, document)
    assert "flagged (weaker_than_ready_made), see Warnings" in parsed.text


@pytest.mark.parametrize("ready", [0.3, 0.5, 0.505])
def test_a_ready_made_reader_that_reads_no_more_is_not(ready, tmp_path):
    assert codes(planted(tmp_path, READY, b=0.5, ready=ready)) == {"b": set(), "ready": set()}


def test_more_labels_read_more(tmp_path):
    raised = codes(planted(tmp_path, SIZES + BLUR, b=0.7, b_blur=0.7, few=0.5, few_blur=0.5))
    rises = {"few_labels_curve_rises"}
    assert raised == {"b": rises, "b_blur": rises, "few": set(), "few_blur": set()}


def test_a_sweep_that_tried_more_labels_is_believed_before_the_gap_is(tmp_path):
    """Known by heart, and yet what twice as many labels read is no more."""
    raised = codes(planted(tmp_path, SIZES, BY_HEART, b=0.5, few=0.5))
    assert raised == {"b": set(), "few": set()}


def test_a_curve_that_says_nothing_leaves_it_to_the_gap(tmp_path):
    """A rise of 1.5 points is not beyond chance, nor is a larger one ruled out."""
    raised = codes(planted(tmp_path, SIZES, BY_HEART, b=0.515, few=0.5))
    assert raised == {"b": {"few_labels_curve_rises"}, "few": set()}


def test_what_is_known_by_heart_would_be_read_with_more_labels(tmp_path):
    assert codes(planted(tmp_path, "", BY_HEART, b=0.5)) == {"b": {"few_labels_curve_rises"}}
    assert codes(planted(tmp_path / "other", "", LEARNED, b=0.5)) == {"b": set()}


def test_trainings_of_other_recipes_are_no_curve(tmp_path):
    other = SIZES.replace("epochs = 6", "epochs = 5")
    assert codes(planted(tmp_path, other, b=0.7, few=0.5)) == {"b": set(), "few": set()}
