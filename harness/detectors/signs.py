"""Signs of a perturbed image; each is higher when the image is stranger."""

from collections.abc import Sequence
from typing import Any

from harness.backend import tf
from harness.defenses.defense import Filter
from harness.detectors.detector import Denoise, Signs

WARM = 10.0  # what logits are divided by before two answers are compared
TINY = 1e-9


def squeezed(reader: Any, filters: Sequence[Filter]) -> Signs:
    """How far the answer moves behind each filter: L1 of the probabilities, one sign a filter.

    Of a captcha, the character that moves farthest.

    Source: Xu, Evans, Qi 2018 (feature squeezing), section 4.
    """

    def signs(images: Any) -> Any:
        plain = tf.nn.softmax(reader.logits(images))
        moved = [
            tf.reduce_sum(tf.abs(plain - tf.nn.softmax(reader.logits(one(images)))), axis=-1)
            for one in filters
        ]
        return tf.reduce_max(tf.stack(moved, axis=-1), axis=1)

    return signs


def reconstructed(denoise: Denoise) -> Signs:
    """How far the autoencoder moves the pixels: the mean, and the mean square.

    Source: Meng, Chen 2017 (MagNet), section 4.2.1.
    """

    def signs(images: Any) -> Any:
        moved = tf.abs(images - denoise(images))
        return tf.stack(
            [tf.reduce_mean(power, axis=(1, 2, 3)) for power in (moved, moved * moved)], axis=-1
        )

    return signs


def divergent(reader: Any, denoise: Denoise) -> Signs:
    """Jensen-Shannon divergence of the answers before and after the autoencoder.

    Source: Meng, Chen 2017 (MagNet), section 4.2.2.
    """

    def signs(images: Any) -> Any:
        first, second = (
            tf.nn.softmax(reader.logits(one) / WARM) for one in (images, denoise(images))
        )
        middle = tf.math.log((first + second) / 2 + TINY)
        each = sum(
            tf.reduce_sum(one * (tf.math.log(one + TINY) - middle), axis=-1)
            for one in (first, second)
        )
        return tf.reduce_max(each, axis=1)[:, None] / 2

    return signs


def hesitant(reader: Any) -> Signs:
    """How near the second class comes to the first: what was pushed just over a boundary is there.

    Of a captcha, the character with the smallest lead.
    """

    def signs(images: Any) -> Any:
        two = tf.nn.top_k(reader.logits(images), 2).values
        return tf.reduce_max(two[..., 1] - two[..., 0], axis=1)[:, None]

    return signs


def rough(smooth: Filter) -> Signs:
    """How much a smoothing filter takes away: specks and faint noise that no pen leaves."""

    def signs(images: Any) -> Any:
        moved = tf.abs(images - smooth(images))
        faint = tf.sqrt(moved + TINY)  # counts many small specks for more than one large
        return tf.stack([tf.reduce_mean(one, axis=(1, 2, 3)) for one in (moved, faint)], axis=-1)

    return signs


def together(*several: Signs) -> Signs:
    """All signs of several functions side by side."""
    return lambda images: tf.concat([signs(images) for signs in several], axis=-1)
