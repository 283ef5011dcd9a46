"""The Auto-PGD loop of apgd_ce and apgd_dlr: the step is halved when the loss stops rising.

Source: Croce and Hein 2020 (AutoAttack), section 3, algorithm 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from harness.array_types import Classes, Floats, Mask, Rows, Tensor
from harness.attacks.balls import apply_and_clip, per_image, project, steepest
from harness.attacks.batch_state import Best, TargetedBatch
from harness.attacks.losses import AttackObjective, attack_loss, gradient_of, targeted_dlr
from harness.attacks.search_state import Counts, SearchState
from harness.attacks.signatures import COUNT, COUNTS, NUMBER, NUMBERS, classes_of, images_of
from harness.backend import compiled, tf
from harness.readers import GradientReader

AutoPgdLoss = Literal["cross_entropy", "dlr", "targeted_dlr"]
# Shares of all steps between two looks at the loss: at the start, what each period is shorter than
# the one before, and the shortest period.
FIRST, SHORTER, SHORTEST = 0.22, 0.03, 0.06
ENOUGH_RISES = 0.75  # share of steps that must raise the loss, or the step is halved
NEW = 0.75  # share of a step along the gradient; the rest repeats the step before (momentum)


class AutoPgdPath(NamedTuple):
    """Where each captcha is on its way; arrays, or tensors of a batch, with a row for each.

    Attributes:
        now: the images; before: those one step before.
        gradient: at `now`; loss: likewise.
        highest: the images of the highest loss so far, with their gradient and that loss.
        step: length of the next step.
    """

    now: Tensor
    before: Tensor
    gradient: Tensor
    loss: Tensor
    highest: Tensor
    highest_gradient: Tensor
    highest_loss: Tensor
    step: Tensor

    def rows(self, rows: Rows | Mask) -> "AutoPgdPath":
        """Take some of the rows."""
        return AutoPgdPath(*(values[rows] for values in self))

    def back_to_highest(self, rows: Mask) -> None:
        """Halve the step of some captchas, and put them back where their loss was highest."""
        self.step[rows] /= 2
        self.now[rows] = self.highest[rows]
        self.gradient[rows] = self.highest_gradient[rows]


class AutoPgdSteps(NamedTuple):
    """How some steps are taken: radius, number, and the share of the first that is no momentum."""

    epsilon: Tensor
    count: Tensor
    share: Tensor


AutoPgdMeasure = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]
AutoPgdClimb = Callable[
    [TargetedBatch, Best, AutoPgdPath, AutoPgdSteps], tuple[Best, Tensor, AutoPgdPath]
]


class AutoPgdLoop:
    """Climbs the loss without a step size to choose."""

    def __init__(self, state: SearchState, loss: AutoPgdLoss) -> None:
        """Prepare the loop.

        Args:
            state: the images and the breaker; what is reached is kept there.
            loss: the loss to climb.
        """
        self.state = state
        step, reader = AutoPgdStep(state.objective, loss), state.reader
        self._measure, self._climb = state.compiled(
            ("auto_pgd", loss), lambda: (compile_measure(step, reader), compile_climb(step, reader))
        )

    def climb(
        self,
        rows: Rows,
        start: Floats,
        epsilon: float,
        steps: int,
        targets: Classes | None = None,
    ) -> None:
        """Take steps from `start` [len(rows), ...]; captchas that are wrong enough leave.

        Args:
            rows: captchas of the state.
            start: where each begins, inside the ball.
            epsilon: the radius.
            steps: for each captcha, at most.
            targets: classes to go to, int32 [len(rows), length], for targeted_dlr.
        """
        if not len(rows):
            return
        targets = self.state.labels[rows] if targets is None else targets
        path = self._first(rows, start, targets, epsilon)
        until_look = max(1, int(FIRST * steps))
        halved = np.ones(len(rows), bool)
        last_highest = path.highest_loss.copy()
        taken = 0
        while taken < steps:
            stay = self.state.still_right(rows)
            if not stay.all():
                rows, targets, halved = rows[stay], targets[stay], halved[stay]
                last_highest, path = last_highest[stay], path.rows(stay)
            if not len(rows):
                return
            count = min(until_look, steps - taken)
            share = np.float32(NEW if taken else 1.0)
            rises = self._climb_all(
                rows, path, targets, AutoPgdSteps(np.float32(epsilon), count, share)
            )
            taken += count
            stuck = ~halved & (last_highest >= path.highest_loss)
            halved = (rises <= ENOUGH_RISES * count) | stuck
            last_highest = path.highest_loss.copy()
            path.back_to_highest(halved)
            until_look = max(until_look - max(1, int(SHORTER * steps)), int(SHORTEST * steps), 1)

    def _first(self, rows: Rows, start: Floats, targets: Classes, epsilon: float) -> AutoPgdPath:
        """Measure loss and gradient where each captcha begins."""
        state, loss, gradient = self.state, np.empty(len(rows), np.float32), np.empty_like(start)
        for block, padded in state.batches(len(rows)):
            size = block.stop - block.start
            resisting, losses, slope = self._measure(
                start[padded], state.labels[rows[padded]], targets[padded]
            )
            state.keep(rows[block], start[block], resisting.numpy()[:size])
            loss[block], gradient[block] = losses.numpy()[:size], slope.numpy()[:size]
        state.gradients += len(rows)
        step = np.full(len(rows), 2 * epsilon, np.float32)
        return AutoPgdPath(
            start.copy(), start.copy(), gradient, loss, start.copy(), gradient.copy(), loss.copy(),
            step,
        )  # fmt: skip

    def _climb_all(
        self, rows: Rows, path: AutoPgdPath, targets: Classes, steps: AutoPgdSteps
    ) -> Counts:
        """Take some steps in all batches; the path goes on in place.

        Returns:
            How many of the steps raised the loss, int32 [len(rows)].
        """
        state, rises = self.state, np.empty(len(rows), np.int32)
        for block, padded in state.batches(len(rows)):
            captchas, size = rows[padded], block.stop - block.start
            batch = TargetedBatch(state.clean[captchas], state.labels[captchas], targets[padded])
            best, risen, ahead = self._climb(
                batch, state.best_of(captchas), path.rows(padded), steps
            )
            state.replace_best(rows[block], best)
            rises[block] = risen.numpy()[:size]
            for values, new in zip(path, ahead, strict=True):
                values[block] = new.numpy()[:size]
        state.gradients += steps.count * len(rows)
        return rises


@dataclass(frozen=True)
class AutoPgdStep:
    """One step of Auto-PGD.

    Attributes:
        objective: what the attack wants of the breaker.
        loss: the loss to climb.
    """

    objective: AttackObjective
    loss: AutoPgdLoss

    def measure(
        self, images: Tensor, labels: Tensor, targets: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Give resisting characters, losses [batch] and gradients of images."""
        objective = self.objective
        with tf.GradientTape() as tape:
            tape.watch(images)
            logits = objective.logits(images)
            if self.loss == "targeted_dlr":
                losses = targeted_dlr(labels, targets, logits)
                over = tf.reduce_max if objective.goal == "any" else tf.reduce_sum
                losses = over(losses, axis=1)
            else:
                losses = attack_loss(self.loss, labels, logits, objective.goal, objective.towards)
        return objective.resisting(labels, logits), losses, gradient_of(tape, losses, images)

    def ahead(self, clean: Tensor, path: AutoPgdPath, epsilon: Tensor, share: Tensor) -> Tensor:
        """Take one step along the gradient, with a share of the step before as momentum."""
        norm = self.objective.norm

        def nearest(images: Tensor) -> Tensor:
            return apply_and_clip(clean, project(images - clean, epsilon, norm))

        along = nearest(path.now + per_image(path.step) * steepest(path.gradient, norm))
        return nearest(
            path.now + share * (along - path.now) + (1 - share) * (path.now - path.before)
        )

    def arrive(
        self, path: AutoPgdPath, images: Tensor, losses: Tensor, gradient: Tensor
    ) -> AutoPgdPath:
        """Move the path to new images, and remember them where their loss is the highest."""
        above = losses > path.highest_loss
        return AutoPgdPath(
            now=images,
            before=path.now,
            gradient=gradient,
            loss=losses,
            highest=tf.where(per_image(above), images, path.highest),
            highest_gradient=tf.where(per_image(above), gradient, path.highest_gradient),
            highest_loss=tf.where(above, losses, path.highest_loss),
            step=path.step,
        )


def compile_measure(step: AutoPgdStep, reader: GradientReader) -> AutoPgdMeasure:
    """Compile the look at the images where a climb begins."""
    image, classes = images_of(reader), classes_of(reader)
    return compiled(image, classes, classes)(step.measure)


def compile_climb(step: AutoPgdStep, reader: GradientReader) -> AutoPgdClimb:
    """Compile the loop of some steps for the images of a reader."""
    image, classes = images_of(reader), classes_of(reader)
    path = AutoPgdPath(image, image, image, NUMBERS, image, image, NUMBERS, NUMBERS)

    @compiled(
        TargetedBatch(image, classes, classes),
        Best(image, COUNTS),
        path,
        AutoPgdSteps(NUMBER, COUNT, NUMBER),
    )
    def climb(
        batch: TargetedBatch, best: Best, path: AutoPgdPath, steps: AutoPgdSteps
    ) -> tuple[Best, Tensor, AutoPgdPath]:
        rises, share = tf.zeros_like(best.resisting), steps.share
        for _ in tf.range(steps.count):
            moved = step.ahead(batch.clean, path, steps.epsilon, share)
            share = tf.constant(NEW)
            count, losses, gradient = step.measure(moved, batch.labels, batch.targets)
            best = best.improved(moved, count, count < best.resisting)
            rises += tf.cast(losses > path.loss, tf.int32)
            path = step.arrive(path, moved, losses, gradient)
        return best, rises, path

    return climb
