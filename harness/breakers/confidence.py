"""Confidence of a text: the probabilities behind it, and the texts that no captcha can have."""

import numpy as np

from harness.array_types import Labels, Mask, Tensor
from harness.metrics import text_lengths

TOLERANCE = 1e-4  # of a sum of probabilities


def probabilities(answers: Tensor) -> Tensor:
    """Turn the answers of a network into probabilities.

    Args:
        answers: logits [batch, length, classes]; those of models from elsewhere may be
            probabilities already, which a second softmax would flatten.

    Returns:
        float64 [batch, length, classes]: in float32 all that is nearly sure would be 1.
    """
    from harness.backend import tf

    exact = tf.cast(answers, tf.float64)
    sums = tf.abs(tf.reduce_sum(exact, axis=-1, keepdims=True) - 1) < TOLERANCE
    already = tf.reduce_all(sums & (exact >= 0), axis=[1, 2], keepdims=True)
    return tf.where(already, exact, tf.nn.softmax(exact))


def possible_texts(classes: Labels, blank: int | None, shortest: int, longest: int) -> Mask:
    """Tell which texts a captcha can have: an attacker who knows it submits no other.

    Args:
        classes: class numbers [n, m], blanks behind the characters only.
        blank: the class that stands for no character; larger numbers stand for characters that
            the alphabet does not have. None: each text is as long as a captcha.
        shortest: characters of the shortest captcha.
        longest: characters of the longest one.

    Returns:
        bool [n].
    """
    if blank is None:
        return np.ones(len(classes), np.bool_)
    lengths = text_lengths(classes, blank)
    known: Mask = np.all(classes <= blank, axis=1)
    return known & (lengths >= shortest) & (lengths <= longest)
