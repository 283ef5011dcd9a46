"""What an attack climbs: one number for each image, higher when the breaker is more wrong."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from harness.array_types import Tensor
from harness.attacks.attack import AttackLoss, Goal
from harness.backend import tf
from harness.options import Norm

HUGE = 1e9  # taken off a logit, it leaves nothing of it in a log-sum-exp or a maximum
TINY = 1e-12
THREE = 3  # logits that a ratio of their differences takes
LossAndGradient = tuple[Tensor, Tensor, Tensor]


@dataclass(frozen=True)
class AttackObjective:
    """What an attack wants of a breaker; all that its compiled loops depend on.

    Attributes:
        logits: the breaker's, float32 [batch, length, classes] of images.
        norm: of the ball.
        goal: whether all characters are to be wrong, or any.
        towards: labels are targets, to be read; else they are right, to be misread.
    """

    logits: Callable[[Tensor], Tensor]
    norm: Norm
    goal: Goal
    towards: bool = False

    def resisting(self, labels: Tensor, logits: Tensor) -> Tensor:
        """Count the characters of each captcha that are not as the attack wants them."""
        return resisting(labels, logits, self.towards)

    def loss(self, name: AttackLoss, labels: Tensor, logits: Tensor) -> Tensor:
        """Give the loss of each image, see `attack_loss`."""
        return attack_loss(name, labels, logits, self.goal, self.towards)

    def loss_and_gradient(
        self, name: AttackLoss, images: Tensor, labels: Tensor
    ) -> LossAndGradient:
        """Give logits, losses and gradients of images, see `loss_and_gradient`."""
        return loss_and_gradient(self.logits, name, images, labels, self.goal, self.towards)


def attack_loss(
    name: AttackLoss,
    labels: Tensor,
    logits: Tensor,
    goal: Goal | None = None,
    towards: bool = False,
) -> Tensor:
    """Give the loss of each image.

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
    of_character = {"cross_entropy": cross_entropy, "dlr": dlr, "squared_error": squared_error}
    losses = of_character[name](labels, logits)
    losses = -losses if towards else losses
    if name == "squared_error":
        return tf.reduce_mean(losses, axis=1)
    if name == "cross_entropy" and goal == "all" and not towards and labels.shape[1] > 1:
        losses = tf.minimum(losses, math.log(logits.shape[-1]))
    return tf.reduce_max(losses, axis=1) if goal == "any" else tf.reduce_sum(losses, axis=1)


def resisting(labels: Tensor, logits: Tensor, towards: bool = False) -> Tensor:
    """Count the characters of each captcha that are not as the attack wants them, int32 [batch].

    Those that are read as their labels; or, where the labels are targets, those that are not.
    """
    same = tf.equal(tf.argmax(logits, -1, tf.int32), labels)
    return tf.reduce_sum(tf.cast(same != towards, tf.int32), axis=1)


def cross_entropy(labels: Tensor, logits: Tensor) -> Tensor:
    """Give the cross-entropy of each character [batch, length].

    It is computed as softplus(wrong logits - the right one), the wrong logits taken together by
    log-sum-exp. It is the same function, but where the breaker is so sure that its right softmax
    rounds to 1, the usual form loses the right logit's share of the gradient and an attack seems to
    fail (FGSM 0.1 left 27.7 % on one simple_cnn, and 8.2 % in this form).
    """
    right = tf.gather(logits, labels, axis=-1, batch_dims=2)
    bits = tf.one_hot(labels, logits.shape[-1])
    return tf.nn.softplus(tf.reduce_logsumexp(logits - HUGE * bits, axis=-1) - right)


def squared_error(labels: Tensor, logits: Tensor) -> Tensor:
    """Give the mean squared difference of softmax and one-hot label, of each character."""
    bits = tf.one_hot(labels, logits.shape[-1])
    return tf.reduce_mean(tf.square(tf.nn.softmax(logits) - bits), axis=-1)


def margin(labels: Tensor, logits: Tensor) -> Tensor:
    """Give the largest wrong logit less the right one, of each character; above 0 it is misread."""
    right = tf.gather(logits, labels, axis=-1, batch_dims=2)
    bits = tf.one_hot(labels, logits.shape[-1])
    return tf.reduce_max(logits - HUGE * bits, axis=-1) - right


def dlr(labels: Tensor, logits: Tensor) -> Tensor:
    """Give the difference of logits ratio of each character: a margin without the logits' scale.

    With two classes the ratio is the same everywhere, and the margin itself is taken.

    Source:
        Croce and Hein 2020 (AutoAttack), equation 6.
    """
    if logits.shape[-1] < THREE:
        return margin(labels, logits)
    ranked = tf.nn.top_k(logits, THREE).values
    return margin(labels, logits) / (ranked[..., 0] - ranked[..., -1] + TINY)


def targeted_dlr(labels: Tensor, targets: Tensor, logits: Tensor) -> Tensor:
    """Give the difference of logits ratio towards a target class, of each character.

    Source:
        Croce and Hein 2020 (AutoAttack), equation 7.
    """
    right, wanted = (tf.gather(logits, c, axis=-1, batch_dims=2) for c in (labels, targets))
    if logits.shape[-1] < THREE:
        return wanted - right
    ranked = tf.nn.top_k(logits, min(THREE + 1, logits.shape[-1])).values
    scale = ranked[..., 0] - (ranked[..., -2] + ranked[..., -1]) / 2
    return (wanted - right) / (scale + TINY)


def gradient_of(tape: Tensor, losses: Tensor, images: Tensor) -> Tensor:
    """Give the gradient by the images; zero where none passes, as through a rounding filter."""
    return tape.gradient(losses, images, unconnected_gradients=tf.UnconnectedGradients.ZERO)


def loss_and_gradient(
    logits_of: Callable[[Tensor], Tensor],
    name: AttackLoss,
    images: Tensor,
    labels: Tensor,
    goal: Goal | None = None,
    towards: bool = False,
) -> LossAndGradient:
    """Give logits, the loss of each image, and the loss's gradient by the image's own pixels."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        logits = logits_of(images)
        losses = attack_loss(name, labels, logits, goal, towards)
    return logits, losses, gradient_of(tape, losses, images)
