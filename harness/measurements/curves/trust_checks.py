"""Probes of a breaker before its figures are believed: its gradients, its answers, more steps."""

from collections.abc import Sequence

import numpy as np

from harness.array_types import Bytes, Labels
from harness.attacks.attack import Attack
from harness.metrics import right_characters, text_lengths
from harness.options import Json
from harness.progress import no_progress
from harness.readers import GradientReader, ScoreReader

FOR_GRADIENTS = 256  # captchas behind the check of gradients
FOR_ANSWERS = 32  # captchas that are read several times
REPEATS = 5
LONGER = 100  # captchas that are attacked with twice the steps
TOLERANCE = 1e-4  # of a sum of probabilities


def look(
    attack: Attack,
    reader: GradientReader,
    clean: Bytes,
    labels: Labels,
    epsilons: Sequence[float],
    seed: int,
) -> dict[str, Json]:
    """Look at a breaker before its figures under an attack are believed.

    Args:
        attack: what is asked of it decides what is looked at.
        reader: of the breaker.
        clean: captchas, as the attack takes them.
        labels: the right classes [n, length].
        epsilons: radii, ascending.
        seed: of the attack.

    Returns:
        Notes for harness.results.checks.probed.
    """
    notes: dict[str, Json] = {}
    if attack.knowledge == "white_box":
        notes["gradients"] = gradients(reader, clean, labels)
    if attack.answers != "classes":
        notes["answers"] = answers(reader, clean)
    notes["more_steps"] = more_steps(attack, reader, clean, labels, epsilons, seed)
    notes["more_steps_at"] = middle(epsilons)
    return notes


def gradients(reader: GradientReader, clean: Bytes, labels: Labels) -> dict[str, float]:
    """Measure the shares of images whose input gradient is exactly zero, and NaN or infinite.

    Args:
        reader: the breaker.
        clean: uint8 [n, height, width, channels]; the first FOR_GRADIENTS are looked at.
        labels: uint8 [n, length].
    """
    from harness.attacks.losses import loss_and_gradient
    from harness.backend import as_float, tf

    images = tf.constant(as_float(clean[:FOR_GRADIENTS]))
    classes = tf.constant(labels[:FOR_GRADIENTS].astype(np.int32))
    slope = loss_and_gradient(reader.logits, "cross_entropy", images, classes)[2].numpy()
    flat = slope.reshape(len(slope), -1)
    return {
        "zero": float((flat == 0).all(axis=1).mean()),
        "bad": float((~np.isfinite(flat)).any(axis=1).mean()),
    }


def answers(reader: ScoreReader, clean: Bytes) -> dict[str, bool]:
    """Tell whether answers are probabilities, and whether they differ when read again."""
    from harness.backend import as_float, tf

    images = tf.constant(as_float(clean[:FOR_ANSWERS]))
    logits = [np.asarray(reader.logits(images)) for _ in range(REPEATS)]
    first = logits[0]
    sums_to_one = np.abs(first.sum(axis=-1) - 1).max() < TOLERANCE
    return {
        "probabilities": bool(first.min() >= 0 and first.max() <= 1 and sums_to_one),
        # An attack that averages the answers knows that they are random.
        "random": reader.draws == 1
        and any(not np.array_equal(first, again) for again in logits[1:]),
    }


def more_steps(
    attack: Attack,
    reader: GradientReader,
    clean: Bytes,
    labels: Labels,
    epsilons: Sequence[float],
    seed: int,
) -> float | None:
    """Measure how much captcha accuracy falls further with twice the steps, on some captchas.

    It is measured at one radius, `middle`, and says nothing of the others.

    Returns:
        The difference of the rates; None for an attack that cannot be longer or wants one text
        only, or without a radius.
    """
    longer, radius = attack.longer(), middle(epsilons)
    targeted = attack.aims(reader, clean[:1], labels[:1], seed) is not None
    if longer is None or radius is None or targeted:
        return None
    images, right = clean[:LONGER], labels[:LONGER]
    full = text_lengths(right, reader.blank)
    accuracies = []
    for tried in (attack, longer):
        perturbed = next(iter(tried.perturb(reader, images, right, [radius], seed, no_progress)))
        read = right_characters(reader.read(perturbed.images), right, reader.blank)
        accuracies.append(float((read == full).mean()))
    return accuracies[0] - accuracies[1]


def middle(epsilons: Sequence[float]) -> float | None:
    """Give the radius that `more_steps` measures at: the middle one above 0; None without one.

    At the largest often nothing is left, at the smallest nothing falls.
    """
    moved = sorted(radius for radius in epsilons if radius > 0)
    return moved[(len(moved) - 1) // 2] if moved else None
