"""Balls around images: steps, projections and random points, for linf and l2."""

from typing import Any

from harness.attacks.attack import FULL
from harness.backend import tf
from harness.options import Norm

TINY = 1e-12  # keeps a zero gradient from being divided by its norm


def lengths(change: Any) -> Any:
    """Give the l2 norm of each image's change, [batch, 1, 1, 1]."""
    return tf.sqrt(tf.reduce_sum(tf.square(change), axis=(1, 2, 3), keepdims=True))


def mean_size(gradient: Any) -> Any:
    """Give the mean absolute value of each image's gradient, [batch, 1, 1, 1], never 0."""
    return tf.maximum(tf.reduce_mean(tf.abs(gradient), axis=(1, 2, 3), keepdims=True), TINY)


def steepest(gradient: Any, norm: Norm) -> Any:
    """Give the direction of length 1 in which the loss rises fastest."""
    if norm == "linf":
        return tf.sign(gradient)
    return gradient / tf.maximum(lengths(gradient), TINY)


def project(change: Any, epsilon: Any, norm: Norm) -> Any:
    """Give the nearest change of length at most epsilon."""
    if norm == "linf":
        return tf.clip_by_value(change, -epsilon, epsilon)
    return change * tf.minimum(1.0, epsilon / tf.maximum(lengths(change), TINY))


def inside(clean: Any, change: Any) -> Any:
    """Give the changed image, within [0, 1]; clipping pixels never leads out of either ball."""
    return tf.clip_by_value(clean + change, 0.0, 1.0)


def as_stored(clean: Any, images: Any) -> Any:
    """The images as 16 bits keep them, rounded towards the clean ones; gradients pass unchanged."""
    change = images - clean
    kept = tf.sign(change) * tf.floor(tf.abs(change) * FULL) / FULL
    return clean + change + tf.stop_gradient(kept - change)
