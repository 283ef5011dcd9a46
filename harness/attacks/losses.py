"""What an attack climbs: one figure per image, higher when the breaker is more wrong."""

from typing import Any

from harness.attacks.attack import AttackLoss
from harness.backend import tf
from harness.breakers.training import loss


def attack_loss(name: AttackLoss, labels: Any, logits: Any) -> Any:
    """Loss of each image.

    Args:
        name: cross_entropy, summed over the characters; squared_error, the mean squared
            difference between softmax and one-hot label, as one published FGSM has it.
        labels: int32 [batch, length].
        logits: float32 [batch, length, classes].

    Returns:
        float32 [batch].
    """
    if name == "cross_entropy":
        return loss("cross_entropy", labels, logits)
    bits = tf.one_hot(labels, logits.shape[-1])
    return tf.reduce_mean(tf.square(tf.nn.softmax(logits) - bits), axis=(1, 2))


def loss_and_gradient(reader: Any, name: AttackLoss, images: Any, labels: Any) -> tuple[Any, ...]:
    """Logits, loss of each image, and the loss's gradient by the image's own pixels."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        logits = reader.logits(images)
        each = attack_loss(name, labels, logits)
    return logits, each, tape.gradient(each, images)
