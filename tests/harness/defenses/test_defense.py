"""Training defenses: what they train on, and that it helps against attacks they have not seen."""

import numpy as np
import pytest

from harness.attacks.pgd import Pgd
from harness.backend import keras, tf
from harness.breakers.reader import Reader
from harness.breakers.simple_cnn import SimpleCnn
from harness.defenses.adversarial_objective import AdversarialObjective, TradesObjective, divergence
from harness.defenses.mixed_batch import MixedBatch
from harness.defenses.pgd_training import PgdTraining
from harness.defenses.trades import TradesTraining
from harness.images.labelled import LabelledImages
from harness.progress import no_progress

EPSILON = 0.06
DEFENSES = {
    "mixed_batch": MixedBatch(epsilon=EPSILON, epochs=6, batch_size=32, learning_rate=1e-3),
    "pgd_training": PgdTraining(
        epsilon=EPSILON, epochs=6, batch_size=32, attack_steps=4, precision="float32"
    ),
    "trades": TradesTraining(
        epsilon=EPSILON, epochs=6, batch_size=32, attack_steps=4, weight=3, precision="float32"
    ),
}


def copy_of(breaker):
    model = SimpleCnn().build((28, 28, 1), 1, 10, 0)
    model.set_weights(breaker.model.get_weights())
    return model


def robust(reader, digits):
    (found,) = Pgd(steps=20).perturb(reader, digits[2], digits[3], [EPSILON], 1, no_progress)
    return float((reader.read(found.images) == digits[3]).mean())


@pytest.mark.parametrize("name", DEFENSES)
def test_it_holds_more_than_before_and_still_reads(name, breaker, digits):
    model = copy_of(breaker)
    history = DEFENSES[name].strengthen(model, LabelledImages(*digits[:2]), None, 3, no_progress)
    assert len(history) == 6
    reader = Reader(model)
    assert robust(reader, digits) > robust(breaker, digits) + 0.15
    assert (reader.read(digits[2]) == digits[3]).mean() > 0.8


def batch(digits, count=20):
    return tf.constant(digits[0][:count].astype(np.float32) / 255), tf.constant(
        digits[1][:count].astype(np.int32)
    )


def test_an_adversary_stays_in_the_ball_and_raises_the_loss(breaker, digits):
    images, labels = batch(digits)
    model = copy_of(breaker)  # losses in training change the moving figures
    adversary = AdversarialObjective(0.1, 5, 0.05)
    changed = adversary.changed(model, images, labels, [1, 2], 0.5)
    assert np.abs(changed - images).max() <= 0.1 + 1e-6
    assert changed.numpy().min() >= 0
    assert changed.numpy().max() <= 1
    again = adversary.changed(model, images, labels, [1, 2], 0.5)
    assert np.array_equal(changed, again)
    before, _logits = adversary.losses(model, "cross_entropy", images, images, labels, 0.5)
    after, _logits = adversary.losses(model, "cross_entropy", images, changed, labels, 0.5)
    assert after.numpy().mean() > before.numpy().mean()


def test_the_radius_rises_and_a_share_stays_clean(breaker, digits):
    images, labels = batch(digits)
    rising = AdversarialObjective(0.1, 2, 0.05, rising=0.5)
    reach = [
        float(np.abs(rising.changed(breaker.model, images, labels, [1, 2], done) - images).max())
        for done in (0.1, 0.25, 0.5, 0.9)
    ]
    assert np.allclose(reach, [0.02, 0.05, 0.1, 0.1], atol=1e-3)
    half = AdversarialObjective(0.1, 1, 0.1, share=0.5).changed(
        breaker.model, images, labels, [1, 2], 0.5
    )
    moved = np.abs(half - images).reshape(20, -1).max(axis=1)
    assert (moved[:10] > 0.09).all()
    assert (moved[10:] == 0).all()


def test_trades_weighs_the_movement_of_the_answers(digits):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(),
                              keras.layers.Dense(10), keras.layers.Reshape((1, 10))])  # fmt: skip
    images, labels = batch(digits)
    changed = tf.clip_by_value(images + 0.1, 0.0, 1.0)
    light = TradesObjective(0.1, 2, 0.05, weight=1.0)
    heavy = TradesObjective(0.1, 2, 0.05, weight=3.0)
    still, _logits = light.losses(model, "cross_entropy", images, images, labels, 0.5)
    one, _logits = light.losses(model, "cross_entropy", images, changed, labels, 0.5)
    three, _logits = heavy.losses(model, "cross_entropy", images, changed, labels, 0.5)
    assert np.allclose(three - still, 3 * (one - still), rtol=1e-3, atol=1e-4)
    assert (one.numpy() >= still.numpy() - 1e-5).all()


def test_divergence_is_that_of_the_formula():
    first, second = np.array([[[1.0, 0.0, -1.0]]]), np.array([[[0.0, 0.5, 0.0]]])
    p, q = (np.exp(x) / np.exp(x).sum(-1, keepdims=True) for x in (first, second))
    expected = (p * np.log(p / q)).sum()
    assert divergence(tf.constant(first), tf.constant(second)).numpy() == pytest.approx(expected)
