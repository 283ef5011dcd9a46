"""Projection onto a hyperplane within [0, 1], for linf and l2; fab and deepfool use it."""

from harness.array_types import Tensor
from harness.attacks.balls import TINY, per_image
from harness.backend import tf
from harness.options import Norm

DOUBLINGS = 16.0  # of a step's length, because the box takes away the rest
HALVINGS = 20  # of the interval in which the number of doublings is looked for


def to_plane(images: Tensor, slope: Tensor, rise: Tensor, norm: Norm) -> Tensor:
    """Give the shortest change, within [0, 1], by which a linear function rises as far as asked.

    Args:
        images: float32 [batch, height, width, channels] in [0, 1].
        slope: of the linear function, same shape.
        rise: how far it is to rise, float32 [batch]; negative: to fall.
        norm: in which the change is shortest.

    Returns:
        The change, same shape as images. Where the box does not hold so much, as far as it goes.
    """
    sign = per_image(tf.where(rise < 0, -1.0, 1.0))
    slope, wanted = slope * sign, tf.abs(rise)
    room = tf.where(slope > 0, 1 - images, images)
    size = tf.abs(slope)

    def change(length: Tensor) -> Tensor:
        """Move all pixels by `length` (linf) or by `length` * slope (l2), as the box allows."""
        reach = per_image(length)
        return tf.minimum(reach * tf.sign(size) if norm == "linf" else reach * size, room)

    # Without the box, the length is known; with it, up to 2^DOUBLINGS times as long.
    weight = tf.reduce_sum(size if norm == "linf" else size * size, axis=(1, 2, 3))
    least = wanted / tf.maximum(weight, TINY)
    low, high = tf.zeros_like(wanted), tf.fill(tf.shape(wanted), DOUBLINGS)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        risen = tf.reduce_sum(size * change(least * 2**middle), axis=(1, 2, 3))
        low, high = tf.where(risen < wanted, middle, low), tf.where(risen < wanted, high, middle)
    return tf.sign(slope) * change(least * 2**high)
