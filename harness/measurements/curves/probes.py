"""Looks at a breaker before its figures are believed: its gradients, its answers, more steps."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.attacks.attack import Attack
from harness.metrics import right_characters, text_lengths
from harness.progress import no_progress

PROBED = 256  # captchas behind the check of gradients
ASKED = 32  # captchas that are answered several times
TIMES = 5
LONGER = 100  # captchas that are attacked with twice the steps
WHOLE = 1e-4  # of a sum of probabilities

Images = npt.NDArray[np.uint8]


def gradients(reader: Any, clean: Images, labels: Images) -> dict[str, float]:
    """Shares of images whose input gradient is exactly zero, and NaN or infinite.

    Args:
        reader: harness.breakers.reader.Reader.
        clean: uint8 [n, height, width, channels]; the first PROBED are looked at.
        labels: uint8 [n, length].
    """
    from harness.attacks.losses import loss_and_gradient
    from harness.backend import as_float, tf

    images = tf.constant(as_float(clean[:PROBED]))
    classes = tf.constant(labels[:PROBED].astype(np.int32))
    slope = loss_and_gradient(reader.logits, "cross_entropy", images, classes)[2].numpy()
    flat = slope.reshape(len(slope), -1)
    return {
        "zero": float((flat == 0).all(axis=1).mean()),
        "bad": float((~np.isfinite(flat)).any(axis=1).mean()),
    }


def answers(reader: Any, clean: Images) -> dict[str, bool]:
    """Whether the answers are probabilities, and whether they differ from one time to the next."""
    from harness.backend import as_float, tf

    images = tf.constant(as_float(clean[:ASKED]))
    logits = [np.asarray(reader.logits(images)) for _ in range(TIMES)]
    first = logits[0]
    sums_to_one = np.abs(first.sum(axis=-1) - 1).max() < WHOLE
    return {
        "probabilities": bool(first.min() >= 0 and first.max() <= 1 and sums_to_one),
        # An attack that averages the answers knows that they are random.
        "random": getattr(reader, "draws", 1) == 1
        and any(not np.array_equal(first, again) for again in logits[1:]),
    }


def more_steps(
    attack: Attack,
    reader: Any,
    clean: Images,
    labels: Images,
    epsilons: Sequence[float],
    seed: int,
) -> float | None:
    """Say how much captcha accuracy falls further with twice the steps, on some captchas.

    It is asked at one radius, `middle`, and says nothing of the others.

    Returns:
        The difference of the rates; None for an attack that cannot be longer or wants one text
        only, or without a radius.
    """
    longer, radius = attack.longer(), middle(epsilons)
    targeted = attack.aims(reader, clean[:1], labels[:1], seed) is not None
    if longer is None or radius is None or targeted:
        return None
    images, right = clean[:LONGER], labels[:LONGER]
    blank = getattr(reader, "blank", None)
    full = text_lengths(right, blank)
    left = []
    for asked in (attack, longer):
        found = next(iter(asked.perturb(reader, images, right, [radius], seed, no_progress)))
        read = right_characters(reader.read(found.images), right, blank)
        left.append(float((read == full).mean()))
    return left[0] - left[1]


def middle(epsilons: Sequence[float]) -> float | None:
    """Give the radius that `more_steps` asks at: the middle one above 0; None without one.

    At the largest often nothing is left, at the smallest nothing falls.
    """
    moved = sorted(radius for radius in epsilons if radius > 0)
    return moved[(len(moved) - 1) // 2] if moved else None
