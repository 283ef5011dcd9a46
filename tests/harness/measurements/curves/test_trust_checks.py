"""Breakers that would mislead an attack are noticed; sound ones are not suspected."""

import numpy as np

from harness.attacks.pgd import Pgd
from harness.backend import keras, tf
from harness.breakers.reader import Reader
from harness.measurements.curves import trust_checks
from harness.results import checks


class Changed:
    """A reader whose answers go through something."""

    draws = 1

    def __init__(self, reader, change):
        self.reader, self.change = reader, change

    def logits(self, images):
        return self.change(self.reader.logits(images))


def codes(reader, digits):
    clean, labels = digits[2][:64], digits[3][:64]
    notes = {
        "gradients": trust_checks.gradients(reader, clean, labels),
        "answers": trust_checks.answers(reader, clean),
    }
    return checks.probed(notes)


def test_a_sound_breaker_is_not_suspected(breaker, digits):
    assert codes(breaker, digits) == ()


def test_probabilities_are_noticed(breaker, digits):
    assert "probabilities" in codes(Changed(breaker, tf.nn.softmax), digits)


def test_random_answers_are_noticed(breaker, digits):
    noisy = Changed(breaker, lambda logits: logits + tf.random.normal(tf.shape(logits)))
    assert codes(noisy, digits) == ("random_answers",)


def test_a_flat_breaker_is_noticed(breaker, digits):
    flat = Changed(breaker, tf.identity)
    flat.logits = lambda images: breaker.logits(tf.round(images * 2) / 2)
    assert "zero_gradients" in codes(flat, digits)


def test_broken_gradients_are_noticed(breaker, digits):
    broken = Changed(breaker, lambda logits: logits + tf.sqrt(tf.abs(0 * logits)))
    assert "bad_gradients" in codes(broken, digits)


def test_too_few_steps_are_noticed_and_enough_are_not(breaker, digits):
    clean, labels = digits[2][:100], digits[3][:100]
    short = Pgd(steps=2, step_size=0.004, random_start=False)
    assert trust_checks.more_steps(short, breaker, clean, labels, [0.0, 0.06], 0) > checks.SLACK
    enough = trust_checks.more_steps(Pgd(steps=20), breaker, clean, labels, [0.0, 0.06], 0)
    assert abs(enough) <= checks.SLACK


def test_only_attacks_with_steps_are_asked_for_more(breaker, digits):
    from harness.attacks.fgsm import Fgsm

    clean, labels = digits[2][:8], digits[3][:8]
    assert trust_checks.more_steps(Fgsm(), breaker, clean, labels, [0.1], 0) is None
    assert trust_checks.more_steps(Pgd(), breaker, clean, labels, [0.0], 0) is None


def test_a_planted_example_is_found_by_every_attack_that_climbs():
    """One corner of the ball, and nothing else, is read otherwise."""
    from harness.registry import find

    shape, epsilon = (6, 6, 1), 0.1
    numbers = np.random.default_rng(3)
    corner = np.sign(numbers.normal(size=36)).astype(np.float32)
    clean = np.full((4, *shape), 128, np.uint8)
    base = clean[0].ravel().astype(np.float32) / 255
    pixels = keras.Input(shape)
    layer = keras.layers.Dense(2)
    model = keras.Model(pixels, keras.layers.Reshape((1, 2))(layer(keras.layers.Flatten()(pixels))))
    # Class 1 wins from 98 % of the way to the planted corner on.
    slopes = np.stack([np.zeros(36), corner], axis=1).astype(np.float32)
    bias = np.array([0.0, -float(corner @ base) - 0.98 * epsilon * 36], np.float32)
    layer.set_weights([slopes, bias])
    reader = Reader(model)
    labels = reader.read(clean)
    assert not labels.any()
    for name in ("fgsm", "bim", "mim", "pgd", "apgd_ce", "apgd_dlr", "fab", "deepfool", "auto"):
        attack = find("attack", name)()
        (found,) = attack.perturb(reader, clean, labels, [epsilon], 0, lambda *_told: None)
        assert (reader.read(found.images) == 1).all(), name
    (noise,) = find("attack", "uniform_noise")().perturb(
        reader, clean, labels, [epsilon], 0, lambda *_told: None
    )
    assert not reader.read(noise.images).any(), "found by chance: the test says nothing"
