"""Detectors: signs, scores and thresholds against numpy; what they find; a sweep end to end."""

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from console import command
from shared import once
from tiny import TINY, folder

from harness.attacks.adaptive_attack import AdaptiveAttack
from harness.attacks.fgsm import Fgsm
from harness.backend import tf
from harness.defenses import autoencoder_training
from harness.detectors.breaker_detector import BreakerDetector
from harness.detectors.judge import Judge
from harness.detectors.sign_score import SHARES, SignScore
from harness.detectors.signs import squeezed
from harness.errors import SpecError
from harness.metrics import auroc, roc
from harness.progress import no_progress
from harness.registry import DETECTORS, find
from harness.results.rows.detection import DETECTION_COLUMNS
from harness.sweep.sweepfile import parse


@pytest.fixture(scope="module")
def denoise(digits, tmp_path_factory):
    """An autoencoder of the tests' digits."""

    def train(place):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(autoencoder_training, "SHOWN", 40_000)
            autoencoder_training.save(autoencoder_training.train(digits[0], 3, no_progress), place)

    return autoencoder_training.load(once(tmp_path_factory, "denoiser", train), (28, 28, 1))


def guard(name, breaker, denoise, digits):
    found = BreakerDetector(find("detector", name)(), breaker, denoise)
    found.fit(np.concatenate([digits[0][-200:], digits[2][:100]]))
    return found


def test_auroc_and_roc_are_those_of_brute_force():
    numbers = np.random.default_rng(0)
    clean = numbers.integers(0, 20, 60).astype(float)
    perturbed = numbers.integers(5, 25, 40).astype(float)
    pairs = perturbed[:, None] - clean[None]
    assert auroc(clean, perturbed) == pytest.approx(((pairs > 0) + (pairs == 0) / 2).mean())
    points = np.array(roc(clean, perturbed, 30))
    assert (np.diff(points, axis=0) >= 0).all()
    for alarms, found in points[1:-1]:
        assert any(
            np.isclose((clean > one).mean(), alarms) and np.isclose((perturbed > one).mean(), found)
            for one in np.unique(clean)
        )


def test_rarity_is_the_share_of_clean_captchas_that_are_as_strange():
    signs = np.random.default_rng(1).normal(size=(5000, 3)).astype(np.float32) * [1, 10, 0.1]
    rarity = SignScore.of(signs.astype(np.float32))
    for column in range(3):
        tried = np.median(signs, axis=0)[None].repeat(len(SHARES), 0)
        tried[:, column] = np.quantile(signs[:, column], 1 - np.array(SHARES))
        score = rarity.score(tf.constant(tried, tf.float32)).numpy()
        assert np.allclose(score, -np.log(SHARES), atol=1e-2)
    beyond = rarity.score(tf.constant([[9.0, 0, 0], [90.0, 0, 0], [-9.0, -90, -1]])).numpy()
    assert -np.log(SHARES[-1]) < beyond[0] < beyond[1]
    assert beyond[2] < -np.log(SHARES[0])


def test_squeezed_answers_move_as_numpy_has_it(breaker, digits):
    images = digits[2][:16].astype(np.float32) / 255

    def chances(pixels):
        logits = breaker.logits(pixels).numpy().astype(np.float64)
        return np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)

    sign = squeezed(tf.round, lambda pixels: pixels)
    pictures = [view(tf.constant(images)) for view in sign.views]
    found = sign.measure(pictures, [breaker.logits(one) for one in pictures]).numpy()
    moved = np.abs(chances(images) - chances(np.round(images))).sum(-1).max(1)
    assert np.allclose(found[:, 0], moved, atol=1e-4)
    assert np.allclose(found[:, 1], 0)


def test_the_autoencoder_takes_noise_away(denoise, digits):
    clean = digits[2][:100].astype(np.float32) / 255
    noise = np.random.default_rng(0).normal(0, 0.1, clean.shape).astype(np.float32)
    noisy = np.clip(clean + noise, 0, 1)
    left, there, page = (np.abs(one - clean) for one in (denoise(noisy).numpy(), noisy, 1.0))
    assert left[clean == 1].mean() < 0.3 * there[clean == 1].mean()
    assert left[clean < 1].mean() < 0.4 * page[clean < 1].mean(), "the digits went, too"


def test_an_autoencoder_fits_any_size():
    assert autoencoder_training.build((30, 45, 3)).output_shape == (None, 30, 45, 3)


@pytest.mark.parametrize("name", DETECTORS)
def test_it_finds_more_than_it_cries_wolf_and_an_aware_attack_gets_past_more(
    name, breaker, denoise, digits
):
    over = guard(name, breaker, denoise, digits)
    clean, labels = digits[2][100:], digits[3][100:]
    (found,) = Fgsm().perturb(breaker, clean, labels, [0.2], 0, no_progress)
    past = (breaker.read(found.images) != labels).any(1) & (breaker.read(clean) == labels).all(1)
    assert past.sum() > 20
    scores, usual = over.scores(found.images)[past], over.scores(clean)
    assert auroc(usual, scores) > 0.7
    assert (usual > over.threshold).mean() < 0.2
    assert over.threshold <= over.strict
    aware = AdaptiveAttack(over, 30).perturb(clean[:40], labels[:40], 0.2, 1)
    assert np.abs(aware - clean[:40] / 255).max() <= 0.2 + 1e-6
    assert np.median(over.scores(aware)) < np.median(scores)


def test_what_was_fitted_is_kept(tmp_path, breaker, denoise, digits):
    first = guard("joint", breaker, denoise, digits)
    first.save(tmp_path)
    second = BreakerDetector(find("detector", "joint")(), breaker, denoise)
    second.load(tmp_path)
    images = digits[2][:20]
    assert np.array_equal(first.scores(images), second.scores(images))
    assert (first.threshold, first.strict) == (second.threshold, second.strict)


@pytest.mark.parametrize(("name", "asked"), [("strangest", 5), ("joint", 4), ("squeeze", 3)])
def test_each_view_is_read_once_and_all_together(name, asked, breaker, denoise, digits):
    seen = []

    class Counting:
        shape = breaker.shape

        def logits(self, images):
            seen.append(images)
            return breaker.logits(images)

    detector, images = find("detector", name)(), tf.constant(digits[2][:8] / 255, tf.float32)
    found, views = BreakerDetector(detector, Counting(), denoise).measure(images)
    assert [len(one) for one in seen] == [8 * asked], "as it is, and behind each filter"
    assert len(views) == asked
    alone = []
    for sign in detector.signs(denoise):
        pictures = [view(images) for view in sign.views]
        alone.append(sign.measure(pictures, [breaker.logits(one) for one in pictures]))
    assert np.allclose(found, tf.concat(alone, -1), atol=1e-4)


def test_a_verdict_says_what_the_reader_reads(breaker, denoise, digits):
    over = guard("strangest", breaker, denoise, digits)
    image = (digits[2][3] / 255).astype(np.float32)
    verdict = Judge(over, "0123456789", denoises=True).verdict(image)
    assert verdict.score == pytest.approx(float(over.scores(image[None])[0]), rel=1e-4)
    assert [view.name for view in verdict.views] == ["as it is", "blurred", "denoised"]
    for view in verdict.views:
        assert view.text == str(breaker.read(view.picture[None])[0, 0])
    assert np.array_equal(verdict.views[0].picture, image)
    assert not np.array_equal(verdict.views[1].picture, image)


GUARDED = """
[defenses.denoised]
defense = "denoising_autoencoder"

[detectors.squeeze]
detector = "squeeze"
squeezers = ["mean_blur", "autoencoder"]
aware = 10
"""


def test_a_sweep_watches_over_its_breakers(tmp_path):
    file, home = tmp_path / "guarded.toml", tmp_path / "home"
    text = TINY.split("[defenses.finetune]")[0]
    for before, after in (
        ("length = 2", "length = 1"),
        ("width = 64", "width = 32"),
        ("train = 120", "train = 600"),
        ("validation = 30", "validation = 100"),
        ("epochs = 2", "epochs = 12"),
    ):
        text = text.replace(before, after)
    file.write_text(text + GUARDED)
    command("run", file, home=home, check=0)
    with (folder(home) / "detection.csv").open(newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
    assert tuple(reader.fieldnames) == DETECTION_COLUMNS
    kinds = {(row["attack"], row["epsilon"], row["adaptive"]) for row in rows}
    known = {(attack, radius, "False") for attack in ("fgsm", "pgd") for radius in ("0.1", "0.3")}
    assert kinds == known | {("aware", "0.1", "True"), ("aware", "0.3", "True")}
    assert {row["n_clean"] for row in rows} == {"40"}
    assert all("few_captchas" in row["warnings"] for row in rows)
    page = (folder(home) / "report.html").read_text()
    assert "What detectors notice" in page
    assert "Scores of small" in page
    (document,) = (home / "results").glob("*/result.json")
    sheets = json.loads(document.read_text())["got_through"]
    through = {
        (row["attack"], float(row["epsilon"]))
        for row in rows
        if int(row["n_adversarial"]) and float(row["tpr_at_fpr_5pct"]) < 1
    }
    assert through
    assert {(sheet["attack"], sheet["epsilon"]) for sheet in sheets} == through
    assert "Misread, and not noticed by squeeze" in page
    for picture in (picture for sheet in sheets for picture in sheet["pictures"]):
        assert picture["clean_prediction"] == picture["target"] != picture["prediction"]
    with (folder(home) / "results.csv").open(newline="") as stream:
        filtered = [row for row in csv.DictReader(stream) if row["defense"] == "denoised"]
    assert {row["status"] for row in filtered} == {"ok"}
    judged(folder(home).name, home, tmp_path)


def judged(run, home, place):
    """Image files of any kind get a verdict, and what is none gets a line."""
    image = np.random.default_rng(0).integers(0, 255, (32, 32)).astype(np.uint8)
    see_through = np.dstack([image, image, image, np.zeros_like(image)])  # a white page
    for name, pixels in (
        ("gray", image),
        ("deep", image.astype(np.uint16) * 257),
        ("large", image.repeat(2, 0).repeat(2, 1)),
        ("color", np.dstack([image, image, image])),
        ("clear", see_through),
    ):
        assert cv2.imwrite(str(place / f"{name}.png"), pixels)
    names = ["gray", "deep", "large", "color", "clear"]
    files = [place / f"{name}.png" for name in names]
    detector = f"--detector={run}/squeeze"
    done = command("judge", *files, detector, "--json", "--out", place / "seen", home=home, check=0)
    found = {Path(one["file"]).stem: one for one in json.loads(done.stdout)}
    assert found["gray"]["score"] == pytest.approx(found["deep"]["score"], abs=1e-3)
    assert found["gray"]["score"] == pytest.approx(found["color"]["score"], abs=1e-2)
    assert found["gray"]["score"] == pytest.approx(found["large"]["score"], abs=1e-2)
    assert all(one["perturbed"] == (one["score"] > one["threshold"]) for one in found.values())
    assert set(found["clear"]["texts"]) == {"as it is", "blurred", "denoised"}
    white = cv2.imread(str(place / "seen" / "clear-as-it-is.png"), cv2.IMREAD_UNCHANGED)
    assert white.min() == 65535
    (place / "no.png").write_text("nothing")
    for arguments, word in (
        ((place / "no.png", detector), "cannot be read as a picture"),
        ((place / "none.png", detector), "no such file"),
        ((files[0], f"--detector={run}/sqeeze"), "squeeze/small"),
    ):
        wrong = command("judge", *arguments, home=home)
        assert wrong.returncode == 2
        assert word in wrong.stderr


def test_a_detector_needs_clean_captchas_for_its_threshold():
    text = TINY + '\n[detectors.squeeze]\ndetector = "squeeze"\n'
    with pytest.raises(SpecError, match="validation = 30; choose 100 or more"):
        parse(text)
    sounds = text.replace("image_captcha", "audio_captcha").replace("validation = 30", "")
    for line in ("width = 64\n", "height = 32\n", "font_sizes = [22, 26]\n"):
        sounds = sounds.replace(line, "")
    with pytest.raises(SpecError, match="sounds"):
        parse(sounds.replace('"simple_cnn"', '"spectrogram"'))
