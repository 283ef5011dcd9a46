"""Signs of a perturbed image; each is higher when the image is stranger."""

from typing import Any

from harness.arrays import Filter
from harness.backend import tf
from harness.detectors.detector import Seen, Sign

WARM = 10.0  # what logits are divided by before two answers are compared
TINY = 1e-9


def as_it_is(images: Any) -> Any:
    """Give the view without a filter."""
    return images


def squeezed(*filters: Filter) -> Sign:
    """How far the answer moves behind each filter: L1 of the probabilities, one figure a filter.

    Of a captcha, the character that moves farthest.

    Source: Xu, Evans, Qi 2018 (feature squeezing), section 4.
    """

    def measure(_pictures: Seen, logits: Seen) -> Any:
        plain, *poorer = (tf.nn.softmax(one) for one in logits)
        moved = [tf.reduce_sum(tf.abs(plain - one), axis=-1) for one in poorer]
        return tf.reduce_max(tf.stack(moved, axis=-1), axis=1)

    return Sign((as_it_is, *filters), measure)


def most_squeezed(*filters: Filter) -> Sign:
    """Give the largest of what `squeezed` finds, as it was published."""
    each = squeezed(*filters)

    def measure(pictures: Seen, logits: Seen) -> Any:
        return tf.reduce_max(each.measure(pictures, logits), axis=-1, keepdims=True)

    return Sign(each.views, measure)


def reconstructed(denoise: Filter) -> Sign:
    """Say how far the autoencoder moves the pixels: the mean, and the mean square.

    Source: Meng, Chen 2017 (MagNet), section 4.2.1.
    """

    def measure(pictures: Seen, _logits: Seen) -> Any:
        moved = tf.abs(pictures[0] - pictures[1])
        return tf.stack(
            [tf.reduce_mean(power, axis=(1, 2, 3)) for power in (moved, moved * moved)], axis=-1
        )

    return Sign((as_it_is, denoise), measure)


def divergent(denoise: Filter) -> Sign:
    """Jensen-Shannon divergence of the answers before and after the autoencoder.

    Source: Meng, Chen 2017 (MagNet), section 4.2.2.
    """

    def measure(_pictures: Seen, logits: Seen) -> Any:
        first, second = (tf.nn.softmax(one / WARM) for one in logits)
        middle = tf.math.log((first + second) / 2 + TINY)
        each = sum(
            tf.reduce_sum(one * (tf.math.log(one + TINY) - middle), axis=-1)
            for one in (first, second)
        )
        return tf.reduce_max(each, axis=1)[:, None] / 2

    return Sign((as_it_is, denoise), measure)


def hesitant() -> Sign:
    """How near the second class comes to the first: what was pushed just over a boundary is there.

    Of a captcha, the character with the smallest lead.
    """

    def measure(_pictures: Seen, logits: Seen) -> Any:
        two = tf.nn.top_k(logits[0], 2).values
        return tf.reduce_max(two[..., 1] - two[..., 0], axis=1)[:, None]

    return Sign((as_it_is,), measure)


def rough(smooth: Filter) -> Sign:
    """Say how much a smoothing filter takes away: specks and faint noise that no pen leaves."""

    def measure(pictures: Seen, _logits: Seen) -> Any:
        moved = tf.abs(pictures[0] - pictures[1])
        faint = tf.sqrt(moved + TINY)  # counts many small specks for more than one large
        return tf.stack([tf.reduce_mean(one, axis=(1, 2, 3)) for one in (moved, faint)], axis=-1)

    return Sign((as_it_is, smooth), measure)
