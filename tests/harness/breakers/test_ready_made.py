"""Ready-made readers: images in, text out; and what happens where one is not installed."""

import sys
from typing import ClassVar

import numpy as np
import pytest
from surroundings import lacking
from tiny import TINY

from commands.report import write_report
from harness.breakers.ready_made_reader import OTHER, ReadyMadeReader, Transcriber, in_case
from harness.datasets.packages.image_captcha import ImageCaptcha
from harness.errors import SkippedError
from harness.metrics import right_characters
from harness.registry import ARCHITECTURES, find
from harness.runs.creation import start_text
from harness.runs.local_execution import carry_out_all
from harness.runs.progress import Silence

BESIDE = f"""
{TINY.split("[attacks.pgd]")[0]}
[attacks.noise]
attack = "uniform_noise"

[breakers.ready]
dataset = "digits"
architecture = "ddddocr"
"""
READERS = [n for n in ARCHITECTURES if issubclass(find("architecture", n), ReadyMadeReader)]


class Scripted(ReadyMadeReader):
    """Says what it is told to, one text after the other."""

    package: ClassVar[str] = "scripted"
    says: tuple[str, ...]

    def loaded(self):
        return iter(self.says)

    def text(self, program, picture, alphabet):
        assert alphabet == "ABC"
        assert picture.shape == (4, 6, 3)
        assert picture.dtype == np.uint8
        return next(program)


def test_texts_of_any_length_become_classes():
    says = ("ab c\n", "ABC", "", "a?c", "abcabcabc")
    reader = Transcriber(Scripted(says=says), "ABC", 3, (4, 6, 1))
    classes = reader.read(np.zeros((5, 4, 6, 1), np.uint16))
    assert classes.shape == (5, 7)
    assert classes[0].tolist() == [0, 1, 2, 3, 3, 3, 3]
    assert classes[3, :3].tolist() == [0, OTHER, 2]
    labels = np.array([[0, 1, 2]] * 5, np.uint8)
    assert right_characters(classes, labels, reader.blank).tolist() == [3, 3, 0, 2, 0]


class Sure(Scripted):
    """Says how sure it is, too: of the text "AB 0.5" a half."""

    def text_and_confidence(self, program, picture, alphabet):
        text, score = self.text(program, picture, alphabet).split(" ")
        return text, float(score)


def test_a_text_that_no_captcha_can_have_is_never_submitted():
    says = ("ABC .9", "ABC 7", "AB .8", "A?C .9", "ABCA .9", "ABC -1", "ABC 0")
    reader = Transcriber(Sure(says=says), "ABC", 3, (4, 6, 1))
    images = np.zeros((7, 4, 6, 1), np.uint8)
    classes, confidence = reader.read_with_confidence(images)
    assert confidence.dtype == np.float32
    np.testing.assert_allclose(confidence, [0.9, 1, 0, 0, 0, 0, 0], atol=1e-9)
    assert (confidence > 0).tolist() == [True, True, False, False, False, True, True]
    again = Transcriber(Scripted(says=[text.split()[0] for text in says]), "ABC", 3, (4, 6, 1))
    np.testing.assert_array_equal(classes, again.read(images))
    either = Transcriber(Sure(says=says), "ABC", 3, (4, 6, 1), shortest=2)
    assert either.read_with_confidence(images)[1][2] == np.float32(0.8)


def test_a_program_without_a_score_is_as_sure_of_one_text_as_of_another():
    reader = Transcriber(Scripted(says=("ABC", "CC", "CBA")), "ABC", 3, (4, 6, 1))
    _classes, confidence = reader.read_with_confidence(np.zeros((3, 4, 6, 1), np.uint8))
    assert confidence.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("alphabet", "text"), [("AB1", "XY"), ("ab1", "xy"), ("aB", "xY"), ("012", "xY")]
)
def test_the_case_is_that_of_the_alphabet(alphabet, text):
    assert in_case("xY", alphabet) == text


@pytest.mark.parametrize("name", READERS)
def test_it_reads_some_of_what_people_read(name):
    generator = ImageCaptcha(length=4, color="rgb")
    drawn = [generator.draw(4, index) for index in range(12)]
    try:
        reader = Transcriber(find("architecture", name)(), generator.alphabet, 4, (60, 160, 3))
    except SkippedError as error:
        lacking(str(error))
    classes = reader.read(np.stack([image for image, _label in drawn]))
    labels = np.stack([label for _image, label in drawn])
    right = right_characters(classes, labels, reader.blank)
    least = 0 if name == "tesseract" else 24  # made for print: it reads next to no captcha
    assert right.sum() >= least, right
    texts, confidence = reader.read_with_confidence(np.stack([image for image, _label in drawn]))
    if name != "tesseract":  # which joins the words that it sees in another way
        np.testing.assert_array_equal(texts, classes)
    lengths = (classes != reader.blank).sum(axis=1)
    assert (confidence[lengths != 4] == 0).all()
    assert ((confidence >= 0) & (confidence <= 1)).all()
    if name != "tesseract":
        assert len(set(confidence.tolist())) > 6, confidence


def test_a_missing_one_is_skipped_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ddddocr", None)
    run = start_text(BESIDE, tmp_path)
    carry_out_all(run, Silence())
    document, _page = write_report(run)
    ready = next(one for one in document.breakers if one.breaker == "ready")
    assert ready.status == "skipped"
    assert {row.status for row in document.rows if row.breaker == "ready"} == {"skipped"}
    assert {row.status for row in document.rows if row.breaker == "small"} == {"ok"}
    reasons = [one.reason for one in document.failures if one.step == "read with ready"]
    assert len(reasons) == 1
    assert "make extras" in reasons[0]
    assert {one.status for one in document.failures} == {"skipped"}


def test_it_is_measured_beside_ours(tmp_path, monkeypatch):
    """The same data set: clean, under noise, and on the images made on our breaker."""
    import harness.breakers.ddddocr as room

    monkeypatch.setattr(room.Ddddocr, "loaded", lambda _self: None)
    monkeypatch.setattr(room.Ddddocr, "text", lambda *_: "12")
    monkeypatch.setattr(room.Ddddocr, "text_and_confidence", lambda *_: ("12", 0.5))
    run = start_text(BESIDE, tmp_path)
    carry_out_all(run, Silence())
    document, _page = write_report(run)
    assert not document.failures
    ready = next(one for one in document.breakers if one.breaker == "ready")
    assert set(ready.predictions.predictions) == {"12"}
    assert set(ready.predictions.confidence) == {0.5}
    rates = {row.n_submitted for row in document.precision if row.breaker == "ready"}
    assert rates == {40}, "texts of equal confidence are submitted together"
    assert ready.calibration is None, "nothing was told of them"
    assert (ready.train_images, ready.epochs, ready.parameters) == (0, 0, None)
    told = {
        (row.attack, row.knowledge, row.source) for row in document.rows if row.breaker == "ready"
    }
    assert told == {
        ("noise", "black_box", "ready"),
        ("fgsm", "transfer", "small"),
        ("worst_case", "all", "all"),
    }


def test_turns_and_moves_are_tried_on_texts_of_any_length():
    """A reader that answers with more characters than there are, until the picture is moved."""
    from harness.attacks.spatial import Spatial

    says = ("ABC",) * 5 + ("ABCC",) * 200
    reader = Transcriber(Scripted(says=says), "ABC", 3, (4, 6, 1))
    images, labels = np.zeros((1, 4, 6, 1), np.uint8), np.array([[0, 1, 2]], np.uint8)
    found = Spatial(goal="any").perturb(reader, images, labels, [0.0, 1.0], 0, lambda *_told: None)
    assert [one.epsilon for one in found] == [0.0, 1.0]
    assert next(reader.program) == "ABCC", "it went on after the text was misread"
