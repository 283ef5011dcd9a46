"""A targeted attack on one picture: a class's probability climbed within a small box.

Published as gradient ascent with a learning rate, clipped to the original +- 0.01 and to [-1, 1],
3,070 iterations on InceptionV3. Here the steps have the same length in every pixel, remember the
direction, and shorten: tens of steps do.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.progress import Progress

FIRST_STEP, LAST_STEP = 0.25, 0.02  # of epsilon
MEMORY = 0.9  # of the direction
LEVELS = 65535  # of a 16-bit file: what is measured is what is kept

Image = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Outcome:
    """What became of a picture.

    Attributes:
        before: float32 [height, width, channels] in [-1, 1].
        after: within epsilon of it, on the grid of a 16-bit file.
        chances_before: probabilities [classes].
        chances_after: likewise, of `after`.
        rises: the target's probability after each step.
    """

    before: Image
    after: Image
    chances_before: npt.NDArray[np.float32]
    chances_after: npt.NDArray[np.float32]
    rises: tuple[float, ...]


def towards(
    classifier: Any,
    picture: Image,
    target: int,
    epsilon: float,
    until: float,
    steps: int,
    progress: Progress,
) -> Outcome:
    """Change a picture until it is taken for the target.

    Args:
        classifier: harness.breakers.photo_classifier.PhotoClassifier.
        picture: float32 [height, width, channels] in [-1, 1].
        target: class number.
        epsilon: how far a pixel may move, on the scale from -1 to 1.
        until: probability of the target at which it ends.
        steps: at most.
        progress: told how far it is.
    """
    from harness.backend import tf

    @tf.function  # type: ignore[untyped-decorator] # no types
    def climbed(now: Any, memory: Any, length: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(now)
            chance = classifier.log_chances(now)[:, target]
        slope = tape.gradient(chance, now)
        memory = MEMORY * memory + slope / (tf.reduce_mean(tf.abs(slope)) + 1e-30)
        moved = tf.clip_by_value(now + length * tf.sign(memory), clean - epsilon, clean + epsilon)
        return tf.clip_by_value(moved, -1.0, 1.0), memory

    clean = tf.constant(picture[None])
    now, memory = clean, tf.zeros_like(clean)
    best, chances = picture, classifier.chances(picture)
    before, rises = chances, []
    for step in range(steps):
        share = step / max(1, steps - 1)
        length = epsilon * (
            LAST_STEP + (FIRST_STEP - LAST_STEP) * (1 + math.cos(math.pi * share)) / 2
        )
        now, memory = climbed(now, memory, np.float32(length))
        kept = on_grid(picture, now.numpy()[0])
        reached = classifier.chances(kept)
        rises.append(float(reached[target]))
        if reached[target] > chances[target]:
            best, chances = kept, reached
        progress(step + 1, steps, f"probability {chances[target]:.3f}")
        if chances[target] > until:
            break
    return Outcome(picture, best, before, chances, tuple(rises))


def on_grid(picture: Image, changed: Image) -> Image:
    """Give the changed picture as a 16-bit file keeps it, rounded towards the original."""
    start = np.rint((picture.astype(np.float64) + 1) / 2 * LEVELS)
    change = np.trunc((changed.astype(np.float64) + 1) / 2 * LEVELS - start)
    return np.asarray((start + change) / LEVELS * 2 - 1, np.float32)
