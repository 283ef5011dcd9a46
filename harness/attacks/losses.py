"""What an attack climbs: one figure per image, higher when the breaker is more wrong."""

from typing import Any

from harness.attacks.attack import AttackLoss
from harness.backend import tf

HUGE = 1e9  # taken off a logit, it leaves nothing of it in a log-sum-exp


def attack_loss(name: AttackLoss, labels: Any, logits: Any) -> Any:
    """Loss of each image.

    Args:
        name: cross_entropy, summed over the characters; squared_error, the mean squared
            difference between softmax and one-hot label, as one published FGSM has it.
            The cross-entropy is written as softplus(log-sum-exp of the wrong logits - the right
            one). It is the same function, but where the breaker is so sure that its right softmax
            rounds to 1, the usual form loses the right logit's share of the gradient and an
            attack seems to fail (FGSM 0.1 left 27.7 % on one simple_cnn, and 8.2 % in this form).
        labels: int32 [batch, length].
        logits: float32 [batch, length, classes].

    Returns:
        float32 [batch].
    """
    bits = tf.one_hot(labels, logits.shape[-1])
    if name == "cross_entropy":
        right = tf.gather(logits, labels, axis=-1, batch_dims=2)
        wrong = tf.reduce_logsumexp(logits - HUGE * bits, axis=-1)
        return tf.reduce_sum(tf.nn.softplus(wrong - right), axis=1)
    return tf.reduce_mean(tf.square(tf.nn.softmax(logits) - bits), axis=(1, 2))


def loss_and_gradient(reader: Any, name: AttackLoss, images: Any, labels: Any) -> tuple[Any, ...]:
    """Logits, loss of each image, and the loss's gradient by the image's own pixels."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        logits = reader.logits(images)
        each = attack_loss(name, labels, logits)
    return logits, each, tape.gradient(each, images)
