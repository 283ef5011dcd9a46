"""Balls around images: steps and projections, for linf and l2."""

from harness.array_types import Tensor
from harness.attacks.attack import FULL
from harness.backend import tf
from harness.options import Norm

TINY = 1e-12  # keeps a zero gradient from being divided by its norm


def per_image(numbers: Tensor) -> Tensor:
    """Shape one number for each image, [batch], so that it multiplies images: [batch, 1, 1, 1]."""
    return numbers[:, None, None, None]


def lengths(change: Tensor) -> Tensor:
    """Give the l2 norm of each image's change, [batch, 1, 1, 1]."""
    return tf.sqrt(tf.reduce_sum(tf.square(change), axis=(1, 2, 3), keepdims=True))


def distances(change: Tensor, norm: Norm) -> Tensor:
    """Give the norm of each image's change, [batch]."""
    if norm == "linf":
        return tf.reduce_max(tf.abs(change), axis=(1, 2, 3))
    return lengths(change)[:, 0, 0, 0]


def mean_size(gradient: Tensor) -> Tensor:
    """Give the mean absolute value of each image's gradient, [batch, 1, 1, 1], never 0."""
    return tf.maximum(tf.reduce_mean(tf.abs(gradient), axis=(1, 2, 3), keepdims=True), TINY)


def steepest(gradient: Tensor, norm: Norm) -> Tensor:
    """Give the direction of length 1 in which the loss rises fastest."""
    if norm == "linf":
        return tf.sign(gradient)
    return gradient / tf.maximum(lengths(gradient), TINY)


def project(change: Tensor, epsilon: Tensor, norm: Norm) -> Tensor:
    """Give the nearest change of length at most epsilon."""
    if norm == "linf":
        return tf.clip_by_value(change, -epsilon, epsilon)
    return change * tf.minimum(1.0, epsilon / tf.maximum(lengths(change), TINY))


def apply_and_clip(clean: Tensor, change: Tensor) -> Tensor:
    """Give the changed image, within [0, 1]; clipping pixels never leads out of either ball."""
    return tf.clip_by_value(clean + change, 0.0, 1.0)


def as_stored(clean: Tensor, images: Tensor) -> Tensor:
    """Round images to 16 bits, towards the clean ones, as they are stored; gradients pass."""
    change = images - clean
    kept = tf.sign(change) * tf.floor(tf.abs(change) * FULL) / FULL
    return clean + change + tf.stop_gradient(kept - change)
