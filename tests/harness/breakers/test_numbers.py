"""Losses, gradients and searches against numpy in double precision, or against brute force."""

import numpy as np
import pytest

from harness.attacks.attack import FULL, sixteen_bit
from harness.attacks.losses import attack_loss
from harness.attacks.pgd import Pgd
from harness.backend import keras, tf
from harness.breakers.augmentation import shifted
from harness.breakers.reader import Reader
from harness.breakers.simple_cnn import SimpleCnn
from harness.breakers.training import fit
from harness.breakers.training_blocks import chunks
from harness.breakers.training_loop import loss
from harness.images.labelled import LabelledImages
from harness.metrics import ssim
from harness.progress import no_progress


def softmax(logits):
    grown = np.exp(logits - logits.max(-1, keepdims=True))
    return grown / grown.sum(-1, keepdims=True)


@pytest.fixture
def logits():
    return np.random.default_rng(0).normal(0, 3, (5, 4, 7))


LABELS = np.random.default_rng(1).integers(0, 7, (5, 4)).astype(np.int32)
BITS = np.eye(7)[LABELS]


def test_cross_entropy(logits):
    expected = -(BITS * np.log(softmax(logits))).sum((1, 2))
    for name in (loss, attack_loss):
        found = name("cross_entropy", LABELS, tf.constant(logits, tf.float32)).numpy()
        assert np.allclose(found, expected, rtol=1e-5)


def test_squared_error(logits):
    expected = ((softmax(logits) - BITS) ** 2).mean((1, 2))
    found = attack_loss("squared_error", LABELS, tf.constant(logits, tf.float32)).numpy()
    assert np.allclose(found, expected, rtol=1e-4)


def test_binary_cross_entropy_is_the_mean_over_bits(logits):
    chance = softmax(logits)
    bits = -(BITS * np.log(chance) + (1 - BITS) * np.log(1 - chance))
    found = loss("binary_cross_entropy", LABELS, tf.constant(logits, tf.float32)).numpy()
    assert np.allclose(found, bits.mean((1, 2)), rtol=1e-3)


def test_the_gradient_survives_a_breaker_that_is_very_sure():
    """In the usual form the right logit's share is lost once its softmax rounds to 1."""
    logits = tf.constant([[[40.0, 0.0, -3.0]]])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        each = attack_loss("cross_entropy", np.array([[0]], np.int32), logits)
    gradient = tape.gradient(each, logits).numpy()[0, 0].astype(np.float64)
    exact = softmax(np.array([40.0, 0.0, -3.0]))
    assert gradient[0] == pytest.approx(-(exact[1] + exact[2]), rel=1e-4)
    assert gradient.sum() == pytest.approx(0, abs=1e-5 * exact[1])


def test_sixteen_bit_rounds_towards_the_clean_image():
    rng = np.random.default_rng(2)
    clean = rng.integers(0, 256, (50, 6, 6, 1)).astype(np.uint8)
    change = rng.uniform(-0.2, 0.2, clean.shape).astype(np.float32)
    images = np.clip(clean.astype(np.float32) / np.float32(255) + change, 0, 1)
    rounded = sixteen_bit(clean, images) / FULL
    base = clean / 255
    assert (np.abs(rounded - base) <= np.abs(images - base) + 0.011 / FULL).all()
    assert np.abs(rounded - images).max() <= 1 / FULL


def test_pgd_finds_what_exhaustive_search_finds():
    """Two pixels and a linear reader: the best corner of the box is known."""

    pixels = keras.Input((1, 2, 1))
    head = keras.layers.Dense(2, use_bias=False)
    model = keras.Model(pixels, keras.layers.Reshape((1, 2))(head(keras.layers.Flatten()(pixels))))
    head.set_weights([np.array([[1.0, -1.0], [-2.0, 2.0]], np.float32)])
    clean = np.array([[[[200], [60]]], [[[140], [90]]]], np.uint8)
    labels = np.array([[0], [0]], np.uint8)
    attack = Pgd(steps=20, random_start=False)
    radius = next(attack.perturb(Reader(model), clean, labels, [0.1], 0, no_progress))
    corners = [[-1, 1], [-1, -1], [1, 1], [1, -1]]
    for image, found in zip(clean, radius.images, strict=True):
        margins = [
            (image.ravel() / 255 + 0.1 * np.array(corner)) @ np.array([2.0, -4.0])
            for corner in corners
        ]
        reached = (found.ravel() / FULL) @ np.array([2.0, -4.0])
        assert reached <= max(min(margins) + 1e-3, 0), "neither broken nor at the best corner"


def test_an_epoch_sees_each_image_once():
    order = np.random.default_rng(0).permutation(5003)
    blocks = chunks(order, 64)
    assert sorted(np.concatenate([block.ravel() for block in blocks])) == list(range(5003))
    assert all(block.size <= 2048 for block in blocks)


def test_ssim_of_an_image_with_itself_and_with_noise():
    image = np.random.default_rng(0).random((32, 48, 1))
    noisy = np.clip(image + np.random.default_rng(1).normal(0, 0.2, image.shape), 0, 1)
    assert ssim(image, image) == pytest.approx(1)
    assert 0 < ssim(image, noisy) < 0.95
    assert ssim(image, noisy) == pytest.approx(ssim(noisy, image))


@pytest.mark.parametrize(
    "options",
    [
        {"shift": 3},
        {"schedule": "cosine", "warmup": 20},
        {"warmup": 20},
        {"optimizer": "momentum"},
        {"loss": "binary_cross_entropy"},
    ],
    ids=str,
)
def test_recipes_learn(options, digits):
    recipe = SimpleCnn(epochs=6, batch_size=32, **options)
    model = recipe.build((28, 28, 1), 1, 10, 5)
    history = fit(model, recipe, LabelledImages(*digits[:2]), None, 5, no_progress)
    assert history[-1]["loss"] < 0.6 * history[0]["loss"]
    assert [row["epoch"] for row in history] == [1, 2, 3, 4, 5, 6]


def test_shifts_move_the_picture_and_nothing_else():
    image = np.zeros((1, 9, 9, 1), np.float32)
    image[0, 4, 4] = 1
    places = set()
    for step in range(60):
        moved = shifted(tf.constant(image), 2, [1, step]).numpy()
        assert moved.shape == image.shape
        assert moved.sum() == 1
        places.add(tuple(np.argwhere(moved[0, ..., 0])[0]))
    assert len(places) > 15
    assert all(2 <= row <= 6 and 2 <= column <= 6 for row, column in places)
    assert np.array_equal(shifted(image, 0, [1, 1]), image)
