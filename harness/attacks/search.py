"""The loop below bim, mim and pgd: full batches, one trace, broken captchas leave."""

from typing import Any

import numpy as np
import numpy.typing as npt

from harness.attacks.attack import AttackLoss
from harness.attacks.balls import TINY, inside, mean_size, project, steepest
from harness.attacks.losses import attack_loss, loss_and_gradient, resisting
from harness.attacks.standing import Floats, Rows, Standing
from harness.backend import tf

STEPS_BETWEEN_LOOKS = 10  # steps before captchas that are broken leave the batch
LARGE = 50.0  # a loss at which all is misread, and whose exponential is finite
HOPE = 4.0  # times the pace of the last steps; halves the gradients of a robust network's curve


class Search:
    """Steps of one length up the loss, from wherever the standing is.

    Attributes:
        standing: what has been reached, and is bettered.
        loss: attack loss of the standing's images, float32 [n]; -inf where it is not known.
    """

    def __init__(self, standing: Standing, loss: AttackLoss, momentum: float = 0.0) -> None:
        """Begin.

        Args:
            standing: the images and the breaker.
            loss: what is climbed.
            momentum: of the gradient; 0 is none.
        """
        self.standing, self.loss_name, self.momentum = standing, loss, momentum
        self._compiled = standing.trace(("search", loss, momentum), self._traced)
        self.loss = np.full(len(standing.clean), -np.inf, np.float32)

    def climb(
        self, rows: Rows, start: Floats, epsilon: float, step_size: float, steps: int
    ) -> None:
        """Take steps from `start` [len(rows), ...] and keep what betters the standing.

        After every few steps captchas leave that are wrong enough, and those in which no character
        would be misread at the end if all steps to come were HOPE times as good as the last ones;
        those that stay are packed into full batches again.
        """
        before = None
        now, speed = start, np.zeros_like(start if self.momentum else start[:, :1, :1, :1])
        while len(rows) and steps > 0:
            some = min(steps, STEPS_BETWEEN_LOOKS)
            steps -= some
            reached = [
                self._climb_batch(
                    rows, now, speed, block, take, epsilon, step_size, some, steps == 0
                )
                for block, take in self.standing.blocks(len(rows))
            ]
            now, speed = (np.concatenate(parts) for parts in zip(*reached, strict=True))
            self.standing.gradients += some * len(rows)
            stay = self.standing.left(rows)
            odds = log_odds(self.loss_name, self.loss[rows])
            if before is not None and not self.standing.towards:
                pace = np.maximum(odds - before, 0) / STEPS_BETWEEN_LOOKS
                stay &= odds + HOPE * steps * pace >= 0
            before = odds[stay]
            rows, now, speed = rows[stay], now[stay], speed[stay]
        self.standing.moved = True

    def _climb_batch(
        self,
        rows: Rows,
        now: Floats,
        speed: Floats,
        block: slice,
        take: Rows,
        epsilon: float,
        step_size: float,
        steps: int,
        last: bool,
    ) -> tuple[Floats, Floats]:
        """One compiled call on one batch; the images it ends at are looked at by the next, or now
        if it is the last.
        """
        standing, padded, own = self.standing, rows[take], rows[block]
        best, resist, loss, reached, faster = self._compiled(
            standing.clean[padded],
            now[take],
            speed[take],
            standing.labels[padded],
            standing.best[padded],
            standing.resisting[padded],
            self.loss[padded],
            np.float32(epsilon),
            np.float32(step_size),
            steps,
            last,
        )
        size = len(own)
        standing.best[own], standing.resisting[own] = best.numpy()[:size], resist.numpy()[:size]
        self.loss[own] = loss.numpy()[:size]
        return reached.numpy()[:size], faster.numpy()[:size]

    def _traced(self) -> Any:
        standing = self.standing
        reader, norm, goal, logits_of = (
            standing.reader, standing.norm, standing.goal, standing.logits
        )  # fmt: skip
        name, momentum, towards = self.loss_name, self.momentum, standing.towards

        def better(now: Any, logits: Any, each: Any, labels: Any, kept: tuple[Any, ...]) -> Any:
            best, resist, loss = kept
            count = resisting(labels, logits, towards)
            wins = (count < resist) | ((count == resist) & (each > loss))
            return (
                tf.where(wins[:, None, None, None], now, best),
                tf.where(wins, count, resist),
                tf.where(wins, each, loss),
            )

        image = tf.TensorSpec([None, *reader.shape], tf.float32)
        number, scalar = tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.float32)
        classes = tf.TensorSpec([None, reader.length], tf.int32)
        speeds = image if momentum else tf.TensorSpec([None, 1, 1, 1], tf.float32)
        count, steps = tf.TensorSpec([None], tf.int32), tf.TensorSpec([], tf.int32)
        flag = tf.TensorSpec([], tf.bool)

        @tf.function(  # type: ignore[untyped-decorator] # no types
            input_signature=[
                image, image, speeds, classes, image, count, number, scalar, scalar, steps, flag
            ]
        )  # fmt: skip
        def compiled(
            clean: Any, now: Any, speed: Any, labels: Any, best: Any, resist: Any, loss: Any,
            epsilon: Any, step_size: Any, steps: Any, last: Any,
        ) -> Any:  # fmt: skip
            kept = (best, resist, loss)
            for _ in tf.range(steps):
                logits, each, gradient = loss_and_gradient(
                    logits_of, name, now, labels, goal, towards
                )
                kept = better(now, logits, each, labels, kept)
                if momentum:
                    speed = momentum * speed + gradient / mean_size(gradient)
                    gradient = speed
                change = now + step_size * steepest(gradient, norm) - clean
                now = inside(clean, project(change, epsilon, norm))
            if last:
                logits = logits_of(now)
                each = attack_loss(name, labels, logits, goal, towards)
                kept = better(now, logits, each, labels, kept)
            return *kept, now, speed

        return compiled


def log_odds(name: AttackLoss, loss: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """What grows about evenly with the steps, and is below 0 where no character can be misread.

    Of the cross-entropy, the log-odds of a wrong answer: a character is misread at a probability of
    its label of one half, or less. Of other losses nothing is known: 0.

    Args:
        name: of the loss.
        loss: of captchas, [n].
    """
    if name != "cross_entropy":
        return np.zeros_like(loss)
    return np.log(np.expm1(np.clip(loss, TINY, LARGE)))
