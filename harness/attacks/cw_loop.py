"""The compiled inner loop of cw: Adam on squared distance and margin, many steps in one call."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from harness.array_types import Floats, Rows, Tensor
from harness.attacks.balls import as_stored, lengths
from harness.attacks.batch_state import Nearest
from harness.attacks.losses import gradient_of, margin
from harness.attacks.minimum_norm_attack import AttackInput
from harness.attacks.search_state import SearchState
from harness.attacks.signatures import COUNT, NUMBER, NUMBERS, classes_of, images_of
from harness.backend import compiled, tf
from harness.readers import GradientReader

INWARDS = 1 - 1e-6  # keeps the inverse of tanh finite
FIRST, SECOND = 0.9, 0.999  # of Adam
TINY = 1e-8


class CwSteps(NamedTuple):
    """How some steps are taken: their number, Adam's learning rate, and the margin to reach."""

    count: Tensor
    rate: Tensor
    confidence: Tensor


class Adam(NamedTuple):
    """The free variable [batch, ...] that Adam moves, and its two moments."""

    variable: Tensor
    first: Tensor
    second: Tensor

    def ahead(self, gradient: Tensor, step: Tensor, rate: Tensor) -> "Adam":
        """Take one step down.

        Source: Kingma and Ba 2015, algorithm 1.
        """
        first = FIRST * self.first + (1 - FIRST) * gradient
        second = SECOND * self.second + (1 - SECOND) * tf.square(gradient)
        number = tf.cast(step, tf.float32)
        mean = first / (1 - FIRST**number)
        spread = tf.sqrt(second / (1 - SECOND**number)) + TINY
        return Adam(self.variable - rate * mean / spread, first, second)


CwDescend = Callable[[Tensor, Tensor, Tensor, CwSteps], Nearest]


class CwLoop:
    """Descends from the clean images, for one weight of the margin after the other."""

    def __init__(self, given: AttackInput, towards: bool, rate: float, confidence: float) -> None:
        """Prepare the loop.

        Args:
            given: the images and the breaker.
            towards: the labels are targets.
            rate: Adam's learning rate.
            confidence: margin by which a wrong logit must exceed the right one.
        """
        self.rate, self.confidence = np.float32(rate), np.float32(confidence)
        self.state = SearchState(given.reader, given.clean, given.labels, "l2", "any")
        step = CwStep(given.reader, towards)
        self._descend = self.state.compiled(("cw", towards), lambda: compile_descend(step))

    def descend(self, weight: Floats, steps: int) -> Iterator[tuple[Rows, Floats, Floats]]:
        """Descend with a weight of the margin for each captcha, float32 [n].

        Yields:
            For each batch its rows, the nearest misread images, and their distances; infinite
            where no image was misread.
        """
        state = self.state
        for block, padded in state.batches(len(weight)):
            rows = np.arange(block.start, block.stop)
            images, distance = self._descend(
                state.clean[padded],
                state.labels[padded],
                weight[padded],
                CwSteps(steps, self.rate, self.confidence),
            )
            yield rows, images.numpy()[: len(rows)], distance.numpy()[: len(rows)]


@dataclass(frozen=True)
class CwStep:
    """What one step of the attack looks at.

    Attributes:
        reader: the breaker under attack.
        towards: the labels are targets, to be read.
    """

    reader: GradientReader
    towards: bool

    def beyond(self, images: Tensor, labels: Tensor) -> Tensor:
        """Measure how far a captcha is beyond its boundary: one wrong character, or the target."""
        margins = margin(labels, self.reader.logits(images))
        if self.towards:
            return tf.reduce_min(-margins, axis=1)
        return tf.reduce_max(margins, axis=1)

    def distance(self, change: Tensor, beyond: Tensor, confidence: Tensor) -> Tensor:
        """Give the l2 length of a change that reaches the margin; infinite where it does not."""
        reached = (beyond > 0) & (beyond >= confidence)
        return tf.where(reached, lengths(change)[:, 0, 0, 0], np.inf)


def compile_descend(step: CwStep) -> CwDescend:
    """Compile the descent of some steps for the images of a reader."""

    @compiled(
        images_of(step.reader), classes_of(step.reader), NUMBERS, CwSteps(COUNT, NUMBER, NUMBER)
    )
    def descend(clean: Tensor, labels: Tensor, weight: Tensor, steps: CwSteps) -> Nearest:
        # tanh keeps the pixels in [0, 1] without a projection.
        variable = tf.atanh((2 * clean - 1) * INWARDS)
        adam = Adam(variable, tf.zeros_like(variable), tf.zeros_like(variable))
        nearest = Nearest(clean, tf.fill(tf.shape(weight), np.float32(np.inf)))
        for number in tf.range(1, steps.count + 1):
            variable = adam.variable
            with tf.GradientTape() as tape:
                tape.watch(variable)
                images = as_stored(clean, (tf.tanh(variable) + 1) / 2)
                beyond = step.beyond(images, labels)
                squared = tf.reduce_sum(tf.square(images - clean), axis=(1, 2, 3))
                objective = squared + weight * tf.maximum(steps.confidence - beyond, -TINY)
            gradient = gradient_of(tape, objective, variable)
            distance = step.distance(images - clean, beyond, steps.confidence)
            nearest = nearest.nearer(images, distance)
            adam = adam.ahead(gradient, number, steps.rate)
        return nearest

    return descend
