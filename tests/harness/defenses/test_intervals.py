"""Interval bounds hold: nothing in the ball lies beyond them; and training on them pays."""

import csv
from itertools import pairwise, product

import numpy as np
import pytest
from console import command
from tiny import TINY, folder

from harness.attacks.pgd import Pgd
from harness.backend import keras, tf
from harness.breakers.reader import Reader
from harness.defenses.branch_and_bound import certify_characters
from harness.defenses.certified_objective import CertifiedObjective
from harness.defenses.ibp import Ibp
from harness.defenses.intervals import ball, behind_ramps, margins, margins_in
from harness.errors import HarnessError
from harness.images.labelled import LabelledImages
from harness.progress import no_progress
from harness.registry import find
from harness.results.rows.certified import CERTIFIED_COLUMNS


@pytest.mark.parametrize("name", ["simple_cnn", "two_conv", "four_heads", "threshold_cnn"])
def test_nothing_in_the_ball_lies_beyond_the_bounds(name):
    model = find("architecture", name)().build((24, 40, 1), 3, 5, 2)
    numbers = np.random.default_rng(0)
    images = numbers.random((6, 24, 40, 1), np.float32)
    model(images, training=True)  # so that the moving figures are those of something
    labels = numbers.integers(0, 5, (6, 3)).astype(np.int32)
    bounds = margins(model, images, labels, 0.02).numpy()
    assert np.allclose(np.take_along_axis(bounds, labels[..., None], -1), 0, atol=1e-5)

    def apart(pixels):
        logits = model(pixels, training=False).numpy()
        return logits - np.take_along_axis(logits, labels[..., None], -1)

    assert np.allclose(margins(model, images, labels, 0.0).numpy(), apart(images), atol=1e-4)
    for _ in range(20):
        signs = numbers.choice([-1, 1], images.shape).astype(np.float32)
        inside = np.clip(images + 0.02 * signs, 0, 1)
        assert (apart(inside) <= bounds + 1e-4).all()
    wider = margins(model, images, labels, 0.05).numpy()
    assert (wider >= bounds - 1e-4).all()


def test_a_linear_network_s_bound_is_reached():
    slopes = np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.0]], np.float32)
    pixels = keras.Input((1, 2, 1))
    head = keras.layers.Dense(3, name="fc1")
    model = keras.Model(pixels, keras.ops.stack([head(keras.layers.Flatten()(pixels))], axis=1))
    head.set_weights([slopes.T, np.zeros(3, np.float32)])
    images, labels = np.array([[[[0.5], [0.4]]]], np.float32), np.array([[0]], np.int32)
    found = margins(model, images, labels, 0.1).numpy()[0, 0]
    away = slopes - slopes[0]
    assert np.allclose(found, away @ [0.5, 0.4] + 0.1 * np.abs(away).sum(1), atol=1e-6)


def tents(*heights):
    """A network of one pixel x: wrong logits are |x - 0.5| - height, right ones 0."""
    pixels = keras.Input((1, 1, 1))
    sides = keras.layers.Dense(2, activation="relu", name="sides")
    heads = [keras.layers.Dense(2, name=f"fc{n + 1}") for n in range(len(heights))]
    features = sides(keras.layers.Flatten()(pixels))
    model = keras.Model(pixels, keras.ops.stack([head(features) for head in heads], axis=1))
    sides.set_weights([np.array([[1.0, -1.0]]), np.array([-0.5, 0.5])])
    for head, height in zip(heads, heights, strict=True):
        head.set_weights([np.array([[0.0, 1.0], [0.0, 1.0]]), np.array([0.0, -height])])
    return model


@pytest.mark.parametrize(("boxes", "held"), [(1, False), (2, False), (3, True), (50, True)])
def test_a_ball_that_is_too_wide_is_cut(boxes, held):
    image, label = np.full((1, 1, 1, 1), 0.5, np.float32), np.zeros((1, 1), np.uint8)
    found = certify_characters(tents(0.4), image, label, 0.3, boxes)
    assert found.held.item() is held
    assert not found.at_once.any()
    assert not found.refuted.any()


def test_characters_are_certified_one_by_one():
    image, label = np.full((1, 1, 1, 1), 0.5, np.float32), np.zeros((1, 3), np.uint8)
    found = certify_characters(tents(0.4, 0.25, 0.7), image, label, 0.3, 50)
    assert found.at_once.tolist() == [[False, False, True]]
    assert found.held.tolist() == [[True, False, True]]
    assert found.refuted.tolist() == [[False, True, False]], "misread at 0.2 and 0.8"


@pytest.fixture(scope="module")
def small():
    """A random network of six pixels, each through a ramp first; images, and what it reads."""
    numbers = np.random.default_rng(4)
    keras.utils.set_random_seed(4)
    pixels = keras.Input((2, 3, 1))
    ramp = keras.layers.Conv2D(1, 1)
    steep = keras.layers.ReLU(max_value=1.0)(ramp(pixels))
    features = keras.layers.Dense(16, activation="relu")(keras.layers.Flatten()(steep))
    head = keras.layers.Dense(3, name="fc1")
    model = keras.Model(pixels, keras.ops.stack([head(features)], axis=1))
    ramp.set_weights([np.full((1, 1, 1, 1), 3.0), np.array([-1.0])])
    head.set_weights([3 * head.get_weights()[0], numbers.normal(size=3)])
    images = numbers.integers(0, 256, (300, 2, 3, 1)).astype(np.uint8)
    return model, images, Reader(model).read(images)


def test_with_enough_boxes_nearly_every_captcha_is_decided_and_rightly(small):
    model, images, labels = small
    found = certify_characters(model, images, labels, 0.15, 1000)
    assert (found.held | found.refuted).mean() > 0.95
    assert found.held[found.at_once].all()
    assert 0 < found.at_once.sum() < found.held.sum() < len(images)
    numbers, misread = np.random.default_rng(5), np.zeros(labels.shape, bool)
    reader = Reader(model)
    corners = [np.reshape(signs, (2, 3, 1)) for signs in product((-1, 1), repeat=6)]
    inside = [np.clip(numbers.normal(size=images.shape), -1, 1) for _ in range(200)]
    for change in (*corners, *inside):
        moved = images / 255 + 0.15 * change
        misread |= reader.read(np.clip(moved, 0, 1).astype(np.float32)) != labels
    assert misread.any()
    assert not found.held[misread].any()
    assert found.refuted[misread].mean() > 0.9
    assert misread[found.refuted].mean() > 0.9


def test_bounds_that_are_no_numbers_certify_nothing(small):
    model, images, labels = small
    broken = keras.models.clone_model(model)
    broken.set_weights([np.full_like(weight, np.nan) for weight in model.get_weights()])
    found = certify_characters(broken, images[:5], labels[:5], 0.1, 50)
    assert not (found.at_once | found.held | found.refuted).any()


def test_more_boxes_certify_more_and_batch_mates_do_not_matter(small):
    model, images, labels = small
    some = [certify_characters(model, images, labels, 0.15, boxes) for boxes in (1, 5, 30, 200)]
    for fewer, more in pairwise(some):
        assert more.held[fewer.held].all()
        assert fewer.held.sum() < more.held.sum()
    assert (some[0].held == some[0].at_once).all()
    order = np.random.default_rng(0).permutation(len(images))
    shuffled = certify_characters(model, images[order], labels[order], 0.15, 30)
    assert (shuffled.held == some[2].held[order]).all()


def test_a_ramp_keeps_the_box_exact():
    model = find("architecture", "threshold_cnn")(filters=(4, 4, 4)).build((8, 8, 1), 1, 3, 0)
    images = np.random.default_rng(0).random((2, 8, 8, 1), np.float32)
    labels = np.zeros((2, 1), np.int32)
    begin, low, high = behind_ramps(model, *ball(images, 0.2))
    assert begin is not model.inputs[0]
    assert low.numpy().min() >= 0
    assert high.numpy().max() <= 1
    whole = margins(model, images, labels, 0.2).numpy()
    assert np.allclose(margins_in(model, begin, low, high, labels).numpy(), whole, atol=1e-5)
    plain = find("architecture", "two_conv")().build((8, 8, 1), 1, 3, 0)
    assert behind_ramps(plain, *ball(images, 0.2))[0] is plain.inputs[0]


def test_an_activation_without_a_bound_is_named():
    pixels = keras.Input((4, 4, 1))
    features = keras.layers.Dense(2, activation="tanh")(keras.layers.Flatten()(pixels))
    model = keras.Model(pixels, keras.ops.stack([keras.layers.Dense(3, name="fc1")(features)], 1))
    with pytest.raises(HarnessError, match="activation tanh"):
        margins(model, np.zeros((1, 4, 4, 1), np.float32), np.zeros((1, 1), np.int32), 0.1)


def test_a_layer_without_a_bound_is_named():
    pixels = keras.Input((8, 8, 1))
    features = keras.layers.Flatten()(keras.layers.UpSampling2D()(pixels))
    model = keras.Model(pixels, keras.ops.stack([keras.layers.Dense(3, name="fc1")(features)], 1))
    with pytest.raises(HarnessError, match="UpSampling2D; choose threshold_cnn"):
        margins(model, np.zeros((1, 8, 8, 1), np.float32), np.zeros((1, 1), np.int32), 0.1)


def test_training_on_bounds_certifies_what_attacks_cannot_take(digits):
    model = find("architecture", "two_conv")().build((28, 28, 1), 1, 10, 3)
    untrained = certify_characters(model, digits[2], digits[3], 0.01).held
    defense = Ibp(epsilon=0.01, epochs=8, batch_size=32, precision="float32")
    history = defense.strengthen(model, LabelledImages(*digits[:2]), None, 3, no_progress)
    assert len(history) == 8
    found = certify_characters(model, digits[2], digits[3], 0.01, 50)
    assert found.at_once.mean() > untrained.mean() + 0.2
    assert found.held[found.at_once].all()
    reader = Reader(model)
    (attacked,) = Pgd(steps=20).perturb(reader, digits[2], digits[3], [0.01], 1, no_progress)
    survived = reader.read(attacked.images) == digits[3]
    assert survived[found.held].all(), "an attack broke what was certified"


def test_the_clean_loss_gives_way_as_the_radius_rises(digits):
    model = find("architecture", "two_conv")().build((28, 28, 1), 1, 10, 3)
    images = tf.constant(digits[0][:8].astype(np.float32) / 255)
    labels = tf.constant(digits[1][:8].astype(np.int32))
    objective = CertifiedObjective(0.1, 0.5, 0.25)
    plain, *later = (
        objective.losses(model, "cross_entropy", images, images, labels, done)[0].numpy()
        for done in (0.0, 0.25, 0.5, 0.9)
    )
    logits = model(images).numpy()[:, 0]
    usual = np.log(np.exp(logits).sum(1)) - logits[np.arange(8), labels.numpy()[:, 0]]
    assert np.allclose(plain, usual, atol=1e-4)
    assert (later[0] > plain).all()
    assert (later[1] > later[0]).all()
    assert np.allclose(later[1], later[2])


def test_certificates_stand_beside_what_attacks_left(begun, tmp_path):
    file, home = tmp_path / "bounds.toml", begun
    text = TINY.split("[defenses.finetune]")[0]
    file.write_text(text + '[defenses.bounds]\ndefense = "ibp"\nepochs = 2\nepsilon = 0.1\n')
    command("run", file, home=home, check=0)
    with (folder(home) / "certified.csv").open(newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
    assert tuple(reader.fieldnames) == CERTIFIED_COLUMNS
    assert [(row["defense"], row["epsilon"]) for row in rows] == [
        ("bounds", "0.0"), ("bounds", "0.1"), ("bounds", "0.3"),
    ]  # fmt: skip
    with (folder(home) / "results.csv").open(newline="") as stream:
        results = list(csv.DictReader(stream))
    for row in rows:
        left = [
            float(one["captcha_accuracy"])
            for one in results
            if (one["defense"], one["epsilon"], one["knowledge"])
            == ("bounds", row["epsilon"], "white_box")
        ]
        assert left
        assert float(row["certified_captcha_accuracy"]) <= min(left)
        assert float(row["at_once_captcha_accuracy"]) <= float(row["certified_captcha_accuracy"])
        sure = float(row["certified_captcha_accuracy"]) * int(row["n_captchas"])
        assert int(row["n_refuted"]) <= int(row["n_captchas"]) - sure + 1e-6
    assert 'id="certificates"' in (folder(home) / "report.html").read_text()
