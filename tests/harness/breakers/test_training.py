"""How breakers are trained: stalls said, the best epoch kept, weights that come back the same."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from console import ROOT

from harness.backend import tf
from harness.breakers import saved_breaker
from harness.breakers.architecture import Architecture
from harness.breakers.augmentation import distorted
from harness.breakers.reader import Reader
from harness.breakers.simple_cnn import SimpleCnn
from harness.breakers.training import BestEpoch, fit
from harness.breakers.training_loop import Objective
from harness.breakers.whole_image import WholeImage
from harness.files.checkpoint import NO_CHECKPOINT, Checkpoint
from harness.images.labelled import LabelledImages
from harness.metrics import constant_accuracy
from harness.progress import no_progress
from harness.registry import ARCHITECTURES, find
from harness.results import checks


def small(**options):
    return SimpleCnn(batch_size=32, **options)


def test_a_stall_is_said_while_it_lasts(digits):
    images, labels = digits[0][:200], digits[1][:200].copy()
    np.random.default_rng(0).shuffle(labels)  # nothing to learn, and too slow to learn by heart
    words = []
    recipe = small(epochs=2, learning_rate=1e-7)
    model = recipe.build((28, 28, 1), 1, 10, 5)
    fit(model, recipe, LabelledImages(images, labels), None, 5, lambda *told: words.append(told[2]))
    assert words[-1].endswith(", at chance so far")
    words.clear()
    recipe = small(epochs=4)
    model = recipe.build((28, 28, 1), 1, 10, 5)
    fit(model, recipe, LabelledImages(*digits[:2]), None, 5, lambda *told: words.append(told[2]))
    assert "chance" not in words[-1]


def test_a_stalled_breaker_is_marked_and_a_learned_one_is_not():
    labels = np.array([[0]] * 30 + [[1]] * 70, np.uint8)
    assert constant_accuracy(labels) == pytest.approx(0.7)
    assert checks.stuck((0.65, 0.75), constant_accuracy(labels)) == ("stuck_at_chance",)
    assert checks.stuck((0.72, 0.80), constant_accuracy(labels)) == ()


def test_the_best_epoch_is_kept_and_patience_ends():
    model = small().build((28, 28, 1), 1, 10, 5)
    best = BestEpoch(model, patience=2)
    kept = None
    for number, reached in enumerate([0.2, 0.6, 0.5, 0.4]):
        model.set_weights([np.full_like(weight, number) for weight in model.get_weights()])
        enough = best.enough(
            {"validation_captcha_accuracy": reached, "validation_character_accuracy": reached}
        )
        assert enough == (number == 3)
        kept = kept if reached < 0.6 else model.get_weights()
    best.restore()
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), kept, strict=True))


def test_each_epoch_gets_its_own_captchas(digits):
    asked = []

    def supply(epoch, last):
        asked.append((epoch, last))
        start = 100 * epoch
        return LabelledImages(digits[0][start : start + 100], digits[1][start : start + 100])

    recipe = small(epochs=3)
    model = recipe.build((28, 28, 1), 1, 10, 5)
    data = LabelledImages(digits[0][:100], digits[1][:100])
    history = fit(model, recipe, data, None, 5, no_progress, supply)
    assert asked == [(1, False), (2, False), (3, True)]
    assert len(history) == 3


def test_distortion_moves_and_stays_in_range():
    image = np.zeros((40, 24, 60, 1), np.float32)
    image[:, 8:16, 20:40] = 1
    changed = distorted(tf.constant(image), 1.0, [1, 2]).numpy()
    assert changed.shape == image.shape
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert len({row.tobytes() for row in changed}) == 40, "two were changed alike"
    assert np.array_equal(distorted(tf.constant(image), 1.0, [1, 2]).numpy(), changed)
    still = distorted(tf.constant(image), 0.0, [1, 2]).numpy()
    assert np.allclose(still, image, atol=1e-5)


TRAINED = [name for name in ARCHITECTURES if issubclass(find("architecture", name), Architecture)]


@pytest.mark.parametrize("name", TRAINED)
def test_any_breaker_trains_in_bfloat16_and_reads_in_float32(name, tmp_path):
    recipe = find("architecture", name)(epochs=1, batch_size=8, precision="bfloat16")
    shape = (1, 9_000, 1) if recipe.sounds else (30, 60, 1)
    model = recipe.build(shape, 2, 3, 5, recipe.training_precision())
    numbers = np.random.default_rng(0)
    images = numbers.integers(0, 256, (16, *shape)).astype(np.uint8)
    labels = numbers.integers(0, 3, (16, 2)).astype(np.uint8)
    history = fit(model, recipe, LabelledImages(images, labels), None, 5, no_progress)
    assert np.isfinite(history[0]["loss"])
    assert {weight.dtype for weight in model.get_weights()} == {np.dtype("float32")}
    made = {
        "architecture": name, "options": recipe.model_dump(mode="json"), "shape": shape,
        "length": 2, "alphabet": "abc", "blank": None,
    }  # fmt: skip
    saved_breaker.save(model, tmp_path, made)
    loaded, _made = saved_breaker.load(tmp_path)
    assert loaded.compute_dtype == "float32"
    assert all(
        np.array_equal(a, b) for a, b in zip(loaded.get_weights(), model.get_weights(), strict=True)
    )


class Onlooker(Objective):
    """Notes where the middle of the images is, and how much of the training is done."""

    def __init__(self):
        self.seen = []

    def changed(self, model, images, labels, seed, done):
        tf.numpy_function(self.note, [images, done], [])
        return images

    def note(self, images, done):
        self.seen.append((float(done), tuple(np.argwhere(images[0, ..., 0])[0])))


def test_what_settles_is_no_longer_moved_at_last():
    images = np.zeros((320, 28, 28, 1), np.uint8)
    images[:, 14, 14] = 255
    data = LabelledImages(images, np.zeros((320, 1), np.uint8))
    recipe = small(epochs=4, shift=2, settling=0.25)
    with pytest.raises(ValueError, match="set `shift`"):
        small(settling=0.25)
    model = recipe.build((28, 28, 1), 1, 10, 5)
    onlooker = Onlooker()
    fit(model, recipe, data, None, 5, no_progress, objective=onlooker)
    moved = {place for done, place in onlooker.seen if done < 0.75}
    still = {place for done, place in onlooker.seen if done >= 0.75}
    assert len(onlooker.seen) == 40
    assert len(moved) > 8
    assert still == {(14, 14)}


class KilledError(Exception):
    """What a power cut is to a test."""


@pytest.mark.parametrize("patience", [0, 2])
def test_a_training_that_is_cut_short_goes_on_as_if_nothing_had_happened(
    digits, tmp_path, patience
):
    recipe = small(epochs=4, patience=patience, shift=1, schedule="cosine")
    data = LabelledImages(digits[0][:150], digits[1][:150])
    validation = LabelledImages(digits[2][:50], digits[3][:50])

    def trained(checkpoint, progress=no_progress):
        model = recipe.build((28, 28, 1), 1, 10, 5)
        history = fit(model, recipe, data, validation, 5, progress, checkpoint=checkpoint)
        rows = [{key: row[key] for key in row if key != "seconds"} for row in history]
        return rows, model.get_weights()

    def cut(_done, _total, word):
        if word.startswith("epoch 3"):
            raise KilledError

    file = tmp_path / "kept" / "checkpoint.npz"
    whole = trained(NO_CHECKPOINT)
    with pytest.raises(KilledError):
        trained(Checkpoint(file, every=0), cut)
    assert file.is_file()
    seen = []
    again = Checkpoint(file, every=0)
    resumed = trained(again, lambda *told: seen.append(told[2][:7]))
    assert set(seen) == {"epoch 3", "epoch 4"}, "what was done is done again"
    assert resumed[0] == whole[0]
    assert all(np.array_equal(a, b) for a, b in zip(resumed[1], whole[1], strict=True))
    assert again.seconds_before > 0
    again.drop()
    assert not list(file.parent.iterdir())


def test_a_damaged_checkpoint_is_none(tmp_path):
    file = tmp_path / "checkpoint.npz"
    variable = tf.Variable(np.arange(5.0))
    Checkpoint(file, every=0).save([variable], [np.arange(3)], {"epoch": 1})
    variable.assign(np.zeros(5))
    more, facts = Checkpoint(file).restore([variable])
    assert variable.numpy().tolist() == [0, 1, 2, 3, 4]
    assert (more[0].tolist(), facts) == ([0, 1, 2], {"epoch": 1})
    whole = file.read_bytes()
    other = tf.Variable(np.zeros(4))
    assert Checkpoint(file).restore([other]) is None, "it is another training's"
    for damaged in (whole[:-30], b""):
        file.write_bytes(damaged)
        assert Checkpoint(file).restore([variable]) is None
    Checkpoint(file, every=60).save([variable], [], {})
    assert Checkpoint(file).restore([variable]) is None, "one more was kept within the minute"


READ = """
import hashlib, sys
import numpy as np
from pathlib import Path
from harness.breakers import saved_breaker
model, _made = saved_breaker.load(Path(sys.argv[1]))
logits = model(np.load(sys.argv[2])).numpy()
print(hashlib.sha256(logits.tobytes()).hexdigest())
"""


def test_a_breaker_reads_the_same_in_another_process(tmp_path):
    recipe = WholeImage(epochs=1, precision="float32")
    model = recipe.build((30, 60, 1), 2, 3, 5)
    numbers = np.random.default_rng(0)
    images = numbers.integers(0, 256, (64, 30, 60, 1)).astype(np.uint8)
    labels = numbers.integers(0, 3, (64, 2)).astype(np.uint8)
    fit(model, recipe, LabelledImages(images, labels), None, 5, no_progress)
    made = {
        "architecture": "whole_image", "options": recipe.model_dump(mode="json"),
        "shape": (30, 60, 1), "length": 2, "alphabet": "abc", "blank": None,
    }  # fmt: skip
    saved_breaker.save(model, tmp_path, made)
    floats = images[:16].astype(np.float32) / 255
    np.save(tmp_path / "images.npy", floats)
    here = hashlib.sha256(model(floats).numpy().tobytes()).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path), str(tmp_path / "images.npy")],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert there.stdout.strip() == here
    assert Reader(model).read(images).shape == labels.shape
