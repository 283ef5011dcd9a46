"""Signs of a perturbed image; each is higher when the image is stranger."""

from harness.array_types import Filter, Tensor
from harness.backend import tf
from harness.detectors.detector import Sign, Tensors

WARM = 10.0  # what logits are divided by before two answers are compared
TINY = 1e-9


def as_it_is(images: Tensor) -> Tensor:
    """Give the view without a filter."""
    return images


def squeezed(*filters: Filter) -> Sign:
    """Measure how far the answer moves behind each filter: L1 of the probabilities.

    Of a captcha, the character that moves farthest.

    Source: Xu, Evans, Qi 2018 (feature squeezing), section 4.
    """

    def measure(_pictures: Tensors, logits: Tensors) -> Tensor:
        plain, *poorer = (tf.nn.softmax(answers) for answers in logits)
        moved = [tf.reduce_sum(tf.abs(plain - answers), axis=-1) for answers in poorer]
        return tf.reduce_max(tf.stack(moved, axis=-1), axis=1)

    return Sign((as_it_is, *filters), measure)


def most_squeezed(*filters: Filter) -> Sign:
    """Take the largest of what `squeezed` measures, as it was published."""
    every = squeezed(*filters)

    def measure(pictures: Tensors, logits: Tensors) -> Tensor:
        return tf.reduce_max(every.measure(pictures, logits), axis=-1, keepdims=True)

    return Sign(every.views, measure)


def reconstructed(denoise: Filter) -> Sign:
    """Measure how far the autoencoder moves the pixels: the mean, and the mean square.

    Source: Meng, Chen 2017 (MagNet), section 4.2.1.
    """

    def measure(pictures: Tensors, _logits: Tensors) -> Tensor:
        moved = tf.abs(pictures[0] - pictures[1])
        return tf.stack(
            [tf.reduce_mean(power, axis=(1, 2, 3)) for power in (moved, moved * moved)], axis=-1
        )

    return Sign((as_it_is, denoise), measure)


def divergent(denoise: Filter) -> Sign:
    """Measure the Jensen-Shannon divergence of the answers before and after the autoencoder.

    Source: Meng, Chen 2017 (MagNet), section 4.2.2.
    """

    def measure(_pictures: Tensors, logits: Tensors) -> Tensor:
        first, second = (tf.nn.softmax(answers / WARM) for answers in logits)
        middle = tf.math.log((first + second) / 2 + TINY)
        apart = sum(
            tf.reduce_sum(chances * (tf.math.log(chances + TINY) - middle), axis=-1)
            for chances in (first, second)
        )
        return tf.reduce_max(apart, axis=1)[:, None] / 2

    return Sign((as_it_is, denoise), measure)


def hesitant() -> Sign:
    """Measure how near the second class comes to the first, as just beyond a boundary.

    Of a captcha, the character with the smallest lead.
    """

    def measure(_pictures: Tensors, logits: Tensors) -> Tensor:
        two = tf.nn.top_k(logits[0], 2).values
        return tf.reduce_max(two[..., 1] - two[..., 0], axis=1)[:, None]

    return Sign((as_it_is,), measure)


def rough(smooth: Filter) -> Sign:
    """Measure how much a smoothing filter takes away: specks and faint noise that no pen leaves."""

    def measure(pictures: Tensors, _logits: Tensors) -> Tensor:
        moved = tf.abs(pictures[0] - pictures[1])
        faint = tf.sqrt(moved + TINY)  # counts many small specks for more than one large
        return tf.stack(
            [tf.reduce_mean(change, axis=(1, 2, 3)) for change in (moved, faint)], axis=-1
        )

    return Sign((as_it_is, smooth), measure)
