"""The compiled inner loop of bim, mim and pgd: full batches, which broken captchas leave."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from harness.array_types import Floats, Mask, Rows, Tensor
from harness.attacks.attack import AttackLoss
from harness.attacks.balls import apply_and_clip, mean_size, project, steepest
from harness.attacks.batch_state import Best
from harness.attacks.losses import AttackObjective
from harness.attacks.search_state import SearchState
from harness.attacks.signatures import COUNT, COUNTS, FLAG, NUMBER, NUMBERS, classes_of, images_of
from harness.backend import compiled, tf
from harness.readers import GradientReader

STEPS_BETWEEN_LOOKS = 10  # steps before captchas that are broken leave the batch
LARGE = 50.0  # a loss at which all is misread, and whose exponential is finite
HOPE = 4.0  # times the pace of the last steps; halves the gradients of a robust network's curve


class Iterate(NamedTuple):
    """Where the captchas of a batch are on their way.

    Attributes:
        images: float32 [batch, height, width, channels].
        velocity: the sum of gradients that momentum keeps, same shape; [batch, 1, 1, 1] without.
    """

    images: Tensor
    velocity: Tensor


class PgdSteps(NamedTuple):
    """How some steps are taken.

    Attributes:
        epsilon: radius of the ball.
        size: length of a step.
        count: number of the steps.
        last: none come after these, so that the images at the end are looked at as well.
    """

    epsilon: Tensor
    size: Tensor
    count: Tensor
    last: Tensor


class Climbed(NamedTuple):
    """What some steps have come to.

    Attributes:
        best: the most wrong images so far.
        loss: of `best`, float32 [batch].
        iterate: where the captchas are now.
        peak: the highest loss on these steps, float32 [batch].
    """

    best: Best
    loss: Tensor
    iterate: Iterate
    peak: Tensor


PgdClimb = Callable[[Tensor, Tensor, Iterate, Best, Tensor, PgdSteps], Climbed]


class PgdLoop:
    """Steps of one length up the loss, from wherever the search is.

    Attributes:
        state: what has been reached, and is improved.
        loss: attack loss of the state's best images, float32 [n]; -inf where it is not known.
    """

    def __init__(self, state: SearchState, loss: AttackLoss, momentum: float = 0.0) -> None:
        """Prepare the loop.

        Args:
            state: the images and the breaker.
            loss: the loss to climb.
            momentum: share of the gradients before that each step adds; 0: none.
        """
        self.state, self.loss_name, self.momentum = state, loss, momentum
        step, reader = PgdStep(state.objective, loss, momentum), state.reader
        self._climb = state.compiled(("pgd", loss, momentum), lambda: compile_climb(step, reader))
        self.loss = np.full(len(state.clean), -np.inf, np.float32)

    def climb(
        self, rows: Rows, start: Floats, epsilon: float, step_size: float, steps: int
    ) -> None:
        """Take steps from `start` [len(rows), ...] and keep what is more wrong than the best.

        After every few steps captchas leave that are wrong enough, and those in which no character
        would be misread at the end if all steps to come were HOPE times as good as the last ones;
        those that stay are packed into full batches again.
        """
        peak = np.full(len(rows), -np.inf, np.float32)  # of the loss, on this way
        now = Iterate(start, np.zeros_like(start if self.momentum else start[:, :1, :1, :1]))
        while len(rows) and steps > 0:
            count = min(steps, STEPS_BETWEEN_LOOKS)
            steps -= count
            some = PgdSteps(np.float32(epsilon), np.float32(step_size), count, steps == 0)
            now, risen = self._climb_all(rows, now, some)
            self.state.gradients += count * len(rows)
            stay = self.state.still_right(rows)
            risen = np.maximum(risen, peak)
            if self.loss_name == "cross_entropy" and not self.state.objective.towards:
                stay &= ~hopeless(peak, risen, steps)
            rows, peak = rows[stay], risen[stay]
            now = Iterate(now.images[stay], now.velocity[stay])
        self.state.moved = True

    def _climb_all(self, rows: Rows, now: Iterate, steps: PgdSteps) -> tuple[Iterate, Floats]:
        """Take some steps in all batches; gives where they end, and the highest losses."""
        images, velocity = np.empty_like(now.images), np.empty_like(now.velocity)
        peak = np.empty(len(rows), np.float32)
        state = self.state
        for block, padded in state.batches(len(rows)):
            captchas, size = rows[padded], block.stop - block.start
            climbed = self._climb(
                state.clean[captchas],
                state.labels[captchas],
                Iterate(now.images[padded], now.velocity[padded]),
                state.best_of(captchas),
                self.loss[captchas],
                steps,
            )
            state.replace_best(rows[block], climbed.best)
            self.loss[rows[block]] = climbed.loss.numpy()[:size]
            images[block] = climbed.iterate.images.numpy()[:size]
            velocity[block] = climbed.iterate.velocity.numpy()[:size]
            peak[block] = climbed.peak.numpy()[:size]
        return Iterate(images, velocity), peak


@dataclass(frozen=True)
class PgdStep:
    """One step of projected gradient descent, and what is kept of it.

    Attributes:
        objective: what the attack wants of the breaker.
        loss: the loss to climb.
        momentum: share of the gradients before that each step adds; 0: none.
    """

    objective: AttackObjective
    loss: AttackLoss
    momentum: float

    def ahead(self, clean: Tensor, now: Iterate, gradient: Tensor, steps: PgdSteps) -> Iterate:
        """Take one step along the gradient, and project it back into the ball."""
        velocity = now.velocity
        if self.momentum:
            velocity = self.momentum * velocity + gradient / mean_size(gradient)
            gradient = velocity
        norm = self.objective.norm
        change = now.images + steps.size * steepest(gradient, norm) - clean
        return Iterate(apply_and_clip(clean, project(change, steps.epsilon, norm)), velocity)

    def keep(
        self, climbed: Climbed, labels: Tensor, logits: Tensor, losses: Tensor
    ) -> tuple[Best, Tensor, Tensor]:
        """Keep images with fewer resisting characters, then with a higher loss.

        Returns:
            The best images, their losses, and the highest loss on the way.
        """
        best, loss = climbed.best, climbed.loss
        count = self.objective.resisting(labels, logits)
        wins = (count < best.resisting) | ((count == best.resisting) & (losses > loss))
        kept = best.improved(climbed.iterate.images, count, wins)
        return kept, tf.where(wins, losses, loss), tf.maximum(climbed.peak, losses)


def compile_climb(step: PgdStep, reader: GradientReader) -> PgdClimb:
    """Compile the loop of some steps for the images of a reader."""
    image, classes, objective = images_of(reader), classes_of(reader), step.objective
    velocity = image if step.momentum else tf.TensorSpec([None, 1, 1, 1], tf.float32)

    @compiled(
        image, classes, Iterate(image, velocity), Best(image, COUNTS), NUMBERS,
        PgdSteps(NUMBER, NUMBER, COUNT, FLAG),
    )  # fmt: skip
    def climb(
        clean: Tensor, labels: Tensor, now: Iterate, best: Best, loss: Tensor, steps: PgdSteps
    ) -> Climbed:
        peak = tf.fill(tf.shape(loss), -np.inf)
        for _ in tf.range(steps.count):
            logits, losses, gradient = objective.loss_and_gradient(step.loss, now.images, labels)
            best, loss, peak = step.keep(Climbed(best, loss, now, peak), labels, logits, losses)
            now = step.ahead(clean, now, gradient, steps)
        if steps.last:
            logits = objective.logits(now.images)
            losses = objective.loss(step.loss, labels, logits)
            best, loss, peak = step.keep(Climbed(best, loss, now, peak), labels, logits, losses)
        return Climbed(best, loss, now, peak)

    return climb


def hopeless(before: Floats, now: Floats, steps: int) -> Mask:
    """Tell in which captchas no character can be expected to be misread.

    The log-odds of a wrong answer rise about evenly with the steps, and a character is misread only
    where they are above 0, for its label's probability is one half then, or less.

    Args:
        before: the highest cross-entropy until the last look, [n]; -inf at the first.
        now: the same until this look.
        steps: that are to come.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        was, odds = (np.log(np.expm1(np.clip(loss, 0, LARGE))) for loss in (before, now))
        pace = np.maximum(odds - was, 0) / STEPS_BETWEEN_LOOKS
        # Where the loss has been 0 until now, nothing is known of its pace.
        ahead = np.where(np.isfinite(was), odds + HOPE * steps * pace, 0)
    return np.asarray(ahead < 0)
