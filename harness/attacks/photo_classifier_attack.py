"""A targeted attack on a photo classifier: raises one class's probability in a linf ball.

Published as gradient ascent with a learning rate, clipped to the original +- 0.01 and to [-1, 1],
3,070 iterations on InceptionV3. Here the steps have the same length in every pixel, remember the
direction, and shorten: tens of steps do.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from harness.array_types import Floats, Tensor
from harness.progress import Progress

FIRST_STEP, LAST_STEP = 0.25, 0.02  # of epsilon
MEMORY = 0.9  # of the direction
LEVELS = 65535  # of a 16-bit file: what is measured is what is kept


class PhotographClassifier(Protocol):
    """What is attacked, such as harness.breakers.photo_classifier.PhotoClassifier."""

    def log_chances(self, images: Tensor, /) -> Tensor:
        """Give logarithms of probabilities, float32 [batch, classes], of images in [-1, 1]."""

    def chances(self, image: Floats, /) -> Floats:
        """Give probabilities [classes] of one image."""


@dataclass(frozen=True)
class AttackedPhotograph:
    """A photograph before and after the attack.

    Attributes:
        before: float32 [height, width, channels] in [-1, 1].
        after: within epsilon of it, on the grid of a 16-bit file.
        chances_before: probabilities [classes].
        chances_after: likewise, of `after`.
        rises: the target's probability after each step.
    """

    before: Floats
    after: Floats
    chances_before: Floats
    chances_after: Floats
    rises: tuple[float, ...]


def attack_photograph(
    classifier: PhotographClassifier,
    picture: Floats,
    target: int,
    epsilon: float,
    until: float,
    steps: int,
    progress: Progress,
) -> AttackedPhotograph:
    """Change a photograph until it is taken for the target.

    Args:
        classifier: what takes it for something.
        picture: float32 [height, width, channels] in [-1, 1].
        target: class number.
        epsilon: how far a pixel may move, on the scale from -1 to 1.
        until: probability of the target at which it ends.
        steps: at most.
        progress: told how far it is.
    """
    from harness.backend import compiled, tf

    @compiled()
    def step_ahead(now: Tensor, memory: Tensor, length: Tensor) -> tuple[Tensor, Tensor]:
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
        length = np.float32(epsilon * step_length(step, steps))
        now, memory = step_ahead(now, memory, length)
        kept = on_grid(picture, now.numpy()[0])
        reached = classifier.chances(kept)
        rises.append(float(reached[target]))
        if reached[target] > chances[target]:
            best, chances = kept, reached
        progress(step + 1, steps, f"probability {chances[target]:.3f}")
        if chances[target] > until:
            break
    return AttackedPhotograph(picture, best, before, chances, tuple(rises))


def step_length(step: int, steps: int) -> float:
    """Give the length of a step as a share of epsilon: long at first, short at the end."""
    share = step / max(1, steps - 1)
    return LAST_STEP + (FIRST_STEP - LAST_STEP) * (1 + math.cos(math.pi * share)) / 2


def on_grid(picture: Floats, changed: Floats) -> Floats:
    """Give the changed picture as a 16-bit file keeps it, rounded towards the original."""
    start = np.rint((picture.astype(np.float64) + 1) / 2 * LEVELS)
    change = np.trunc((changed.astype(np.float64) + 1) / 2 * LEVELS - start)
    return np.asarray((start + change) / LEVELS * 2 - 1, np.float32)
