"""The loop below apgd: steps that halve themselves where they no longer help.

Source: Croce and Hein 2020 (AutoAttack), section 3, algorithm 1.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from harness.attacks.balls import inside, project, steepest
from harness.attacks.losses import attack_loss, resisting, slope_of, targeted_dlr
from harness.attacks.search_state import Floats, Rows, SearchState
from harness.backend import tf

AscentLoss = Literal["cross_entropy", "dlr", "targeted_dlr"]
FIRST, SHORTER, SHORTEST = 0.22, 0.03, 0.06  # shares of all steps: from one look to the next
ENOUGH_RISES = 0.75  # share of steps that must raise the loss, or the step is halved
NEW = 0.75  # of each step; the rest is momentum


@dataclass
class _Paths:
    """Where each captcha is on its way; all arrays have a row for each."""

    now: Floats
    before: Floats
    gradient: Floats
    loss: npt.NDArray[np.float32]
    highest: Floats  # the image of the highest loss
    highest_gradient: Floats
    highest_loss: npt.NDArray[np.float32]
    step: npt.NDArray[np.float32]

    def keep(self, stay: npt.NDArray[np.bool_]) -> None:
        """Only these rows go on."""
        for name, value in vars(self).items():
            setattr(self, name, value[stay])


class AutoPgdLoop:
    """Climbs without a step size to choose."""

    def __init__(self, standing: SearchState, loss: AscentLoss) -> None:
        """Begin.

        Args:
            standing: the images and the breaker; what is reached is kept there.
            loss: what is climbed.
        """
        self.standing, self.loss_name = standing, loss
        self._begin, self._go_on = standing.trace(("ascent", loss), self._traced)

    def climb(
        self,
        rows: Rows,
        start: Floats,
        epsilon: float,
        steps: int,
        targets: npt.NDArray[np.int32] | None = None,
    ) -> None:
        """Take steps from `start` [len(rows), ...]; captchas that are wrong enough leave.

        Args:
            rows: captchas of the standing.
            start: where each begins, inside the ball.
            epsilon: the radius.
            steps: for each captcha, at most.
            targets: classes to go to, int32 [len(rows), length], for targeted_dlr.
        """
        if not len(rows):
            return
        targets = self.standing.labels[rows] if targets is None else targets
        paths = self._first(rows, start, targets, epsilon)
        until_look = max(1, int(FIRST * steps))
        halved = np.ones(len(rows), bool)
        last_highest = paths.highest_loss.copy()
        taken = 0
        while taken < steps:
            stay = self.standing.left(rows)
            if not stay.all():
                rows, targets, halved = rows[stay], targets[stay], halved[stay]
                last_highest = last_highest[stay]
                paths.keep(stay)
            if not len(rows):
                return
            some = min(until_look, steps - taken)
            rises = self._batches(rows, paths, targets, epsilon, some, taken == 0)
            taken += some
            stuck = ~halved & (last_highest >= paths.highest_loss)
            halved = (rises <= ENOUGH_RISES * some) | stuck
            last_highest = paths.highest_loss.copy()
            paths.step[halved] /= 2
            paths.now[halved] = paths.highest[halved]
            paths.gradient[halved] = paths.highest_gradient[halved]
            until_look = max(until_look - max(1, int(SHORTER * steps)), int(SHORTEST * steps), 1)

    def _first(
        self, rows: Rows, start: Floats, targets: npt.NDArray[np.int32], epsilon: float
    ) -> _Paths:
        """Loss and gradient where each begins."""
        loss = np.empty(len(rows), np.float32)
        gradient = np.empty_like(start)
        for block, take in self.standing.blocks(len(rows)):
            size = block.stop - block.start
            resist, each, slope = self._begin(
                start[take], self.standing.labels[rows[take]], targets[take]
            )
            self.standing.keep(rows[block], start[block], resist.numpy()[:size])
            loss[block], gradient[block] = each.numpy()[:size], slope.numpy()[:size]
        self.standing.gradients += len(rows)
        step = np.full(len(rows), 2 * epsilon, np.float32)
        return _Paths(
            start.copy(), start.copy(), gradient, loss, start.copy(), gradient.copy(), loss.copy(),
            step,
        )  # fmt: skip

    def _batches(
        self,
        rows: Rows,
        paths: _Paths,
        targets: npt.NDArray[np.int32],
        epsilon: float,
        steps: int,
        first: bool,
    ) -> npt.NDArray[np.int32]:
        """Some steps for all; how many of them raised the loss, int32 [len(rows)]."""
        standing = self.standing
        rises = np.empty(len(rows), np.int32)
        for block, take in standing.blocks(len(rows)):
            size, own = block.stop - block.start, rows[take]
            found = self._go_on(
                standing.clean[own], standing.labels[own], targets[take],
                standing.best[own], standing.resisting[own],
                *(value[take] for value in vars(paths).values()),
                np.float32(epsilon), steps, np.float32(1.0 if first else NEW),
            )  # fmt: skip
            best, resist, up, *path = (value.numpy()[:size] for value in found)
            standing.best[rows[block]], standing.resisting[rows[block]] = best, resist
            rises[block] = up
            for name, value in zip(vars(paths), path, strict=False):
                getattr(paths, name)[block] = value
        standing.gradients += steps * len(rows)
        return rises

    def _traced(self) -> tuple[Any, Any]:
        standing, name = self.standing, self.loss_name
        reader, norm, goal = standing.reader, standing.norm, standing.goal
        towards = standing.towards

        def measured(images: Any, labels: Any, targets: Any) -> tuple[Any, Any, Any]:
            with tf.GradientTape() as tape:
                tape.watch(images)
                logits = standing.logits(images)
                if name == "targeted_dlr":
                    each = targeted_dlr(labels, targets, logits)
                    each = (tf.reduce_max if goal == "any" else tf.reduce_sum)(each, axis=1)
                else:
                    each = attack_loss(name, labels, logits, goal, towards)
            return resisting(labels, logits, towards), each, slope_of(tape, each, images)

        image = tf.TensorSpec([None, *reader.shape], tf.float32)
        classes = tf.TensorSpec([None, reader.length], tf.int32)
        number, count = tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.int32)
        scalar, whole = tf.TensorSpec([], tf.float32), tf.TensorSpec([], tf.int32)
        begin = tf.function(measured, input_signature=[image, classes, classes])

        @tf.function(  # type: ignore[untyped-decorator] # no types
            input_signature=[
                image, classes, classes, image, count,
                image, image, image, number, image, image, number, number,
                scalar, whole, scalar,
            ]
        )  # fmt: skip
        def go_on(
            clean: Any, labels: Any, targets: Any, best: Any, resist: Any,
            now: Any, before: Any, gradient: Any, loss: Any,
            highest: Any, highest_gradient: Any, highest_loss: Any, step: Any,
            epsilon: Any, steps: Any, share: Any,
        ) -> Any:  # fmt: skip
            rises = tf.zeros_like(resist)
            wide = step[:, None, None, None]

            def nearest(images: Any) -> Any:
                return inside(clean, project(images - clean, epsilon, norm))

            for _ in tf.range(steps):
                ahead = nearest(now + wide * steepest(gradient, norm))
                moved = nearest(now + share * (ahead - now) + (1 - share) * (now - before))
                share = tf.constant(NEW)
                count, each, slope = measured(moved, labels, targets)
                more = (count < resist)[:, None, None, None]
                best, resist = tf.where(more, moved, best), tf.minimum(count, resist)
                rises += tf.cast(each > loss, tf.int32)
                above = each > highest_loss
                top = above[:, None, None, None]
                highest = tf.where(top, moved, highest)
                highest_gradient = tf.where(top, slope, highest_gradient)
                highest_loss = tf.where(above, each, highest_loss)
                before, now, gradient, loss = now, moved, slope, each
            return (
                best, resist, rises,
                now, before, gradient, loss, highest, highest_gradient, highest_loss,
            )  # fmt: skip

        return begin, go_on
