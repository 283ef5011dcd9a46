"""What an attack climbs: one figure per image, higher when the breaker is more wrong."""

import math
from collections.abc import Callable
from typing import Any

from harness.attacks.attack import AttackLoss, Goal
from harness.backend import tf

HUGE = 1e9  # taken off a logit, it leaves nothing of it in a log-sum-exp or a maximum
TINY = 1e-12
THREE = 3  # logits that a ratio of their differences takes


def attack_loss(
    name: AttackLoss, labels: Any, logits: Any, goal: Goal | None = None, towards: bool = False
) -> Any:
    """Loss of each image.

    Args:
        name: cross_entropy; dlr, the difference of logits ratio; or squared_error, the mean squared
            difference between softmax and one-hot label, as one published FGSM has it.
        labels: the right classes, or the targets, int32 [batch, length].
        logits: float32 [batch, length, classes].
        goal: None: summed over the characters. all: too, but of several each counts only until its
            label is less likely than chance: without an end to it, characters that are misread
            already keep the attack to themselves (PGD 0.1 left 19 % of claptcha's characters, with
            it 0 %). any: that of the character that is nearest to being misread, for one is enough
            to get a captcha wrong.
        towards: the labels are targets, to be read.

    Returns:
        float32 [batch].
    """
    each = {"cross_entropy": cross_entropy, "dlr": dlr, "squared_error": squared_error}[name]
    found = -each(labels, logits) if towards else each(labels, logits)
    if name == "squared_error":
        return tf.reduce_mean(found, axis=1)
    if name == "cross_entropy" and goal == "all" and not towards and labels.shape[1] > 1:
        found = tf.minimum(found, math.log(logits.shape[-1]))
    return tf.reduce_max(found, axis=1) if goal == "any" else tf.reduce_sum(found, axis=1)


def resisting(labels: Any, logits: Any, towards: bool = False) -> Any:
    """Characters of each captcha that are not as the attack wants them, int32 [batch].

    Those that are read as their labels; or, where the labels are targets, those that are not.
    """
    same = tf.equal(tf.argmax(logits, -1, tf.int32), labels)
    return tf.reduce_sum(tf.cast(same != towards, tf.int32), axis=1)


def cross_entropy(labels: Any, logits: Any) -> Any:
    """Cross-entropy of each character [batch, length], as softplus(wrong logits - the right one).

    The wrong logits are taken together by log-sum-exp. It is the same function, but where the
    breaker is so sure that its right softmax rounds to 1, the usual form loses the right logit's
    share of the gradient and an attack seems to fail (FGSM 0.1 left 27.7 % on one simple_cnn, and
    8.2 % in this form).
    """
    right = tf.gather(logits, labels, axis=-1, batch_dims=2)
    bits = tf.one_hot(labels, logits.shape[-1])
    return tf.nn.softplus(tf.reduce_logsumexp(logits - HUGE * bits, axis=-1) - right)


def squared_error(labels: Any, logits: Any) -> Any:
    """Mean squared difference between softmax and one-hot label, of each character."""
    bits = tf.one_hot(labels, logits.shape[-1])
    return tf.reduce_mean(tf.square(tf.nn.softmax(logits) - bits), axis=-1)


def margin(labels: Any, logits: Any) -> Any:
    """Give the largest wrong logit less the right one, of each character; above 0 it is misread."""
    right = tf.gather(logits, labels, axis=-1, batch_dims=2)
    bits = tf.one_hot(labels, logits.shape[-1])
    return tf.reduce_max(logits - HUGE * bits, axis=-1) - right


def dlr(labels: Any, logits: Any) -> Any:
    """Difference of logits ratio of each character: the margin, whatever the logits' scale.

    With two classes the ratio is the same everywhere, and the margin itself is taken.

    Source:
        Croce and Hein 2020 (AutoAttack), equation 6.
    """
    if logits.shape[-1] < THREE:
        return margin(labels, logits)
    ranked = tf.nn.top_k(logits, THREE).values
    return margin(labels, logits) / (ranked[..., 0] - ranked[..., -1] + TINY)


def targeted_dlr(labels: Any, targets: Any, logits: Any) -> Any:
    """Difference of logits ratio towards a target class, of each character.

    Source:
        Croce and Hein 2020 (AutoAttack), equation 7.
    """
    right, wanted = (tf.gather(logits, c, axis=-1, batch_dims=2) for c in (labels, targets))
    if logits.shape[-1] < THREE:
        return wanted - right
    ranked = tf.nn.top_k(logits, min(THREE + 1, logits.shape[-1])).values
    scale = ranked[..., 0] - (ranked[..., -2] + ranked[..., -1]) / 2
    return (wanted - right) / (scale + TINY)


def slope_of(tape: Any, each: Any, images: Any) -> Any:
    """The gradient by the images; zero where no way leads there, as through a rounding filter."""
    return tape.gradient(each, images, unconnected_gradients=tf.UnconnectedGradients.ZERO)


def loss_and_gradient(
    logits_of: Callable[[Any], Any],
    name: AttackLoss,
    images: Any,
    labels: Any,
    goal: Goal | None = None,
    towards: bool = False,
) -> tuple[Any, ...]:
    """Logits, loss of each image, and the loss's gradient by the image's own pixels."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        logits = logits_of(images)
        each = attack_loss(name, labels, logits, goal, towards)
    return logits, each, slope_of(tape, each, images)
