"""The loop below bim, mim and pgd: full batches, one trace, broken captchas leave."""

from typing import Any

import numpy as np
import numpy.typing as npt

from harness.attacks.attack import AttackLoss
from harness.attacks.balls import inside, mean_size, project, steepest
from harness.attacks.losses import attack_loss, loss_and_gradient, resisting
from harness.attacks.search_state import Floats, Rows, SearchState
from harness.backend import tf

Losses = npt.NDArray[np.float32]
STEPS_BETWEEN_LOOKS = 10  # steps before captchas that are broken leave the batch
LARGE = 50.0  # a loss at which all is misread, and whose exponential is finite
HOPE = 4.0  # times the pace of the last steps; halves the gradients of a robust network's curve


class PgdLoop:
    """Steps of one length up the loss, from wherever the standing is.

    Attributes:
        standing: what has been reached, and is bettered.
        loss: attack loss of the standing's images, float32 [n]; -inf where it is not known.
    """

    def __init__(self, standing: SearchState, loss: AttackLoss, momentum: float = 0.0) -> None:
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
        peak = np.full(len(rows), -np.inf, np.float32)  # of the loss, on this way
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
            now, speed, risen = (np.concatenate(parts) for parts in zip(*reached, strict=True))
            self.standing.gradients += some * len(rows)
            stay = self.standing.left(rows)
            risen = np.maximum(risen, peak)
            if self.loss_name == "cross_entropy" and not self.standing.towards:
                stay &= ~hopeless(peak, risen, steps)
            rows, now, speed, peak = rows[stay], now[stay], speed[stay], risen[stay]
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
    ) -> tuple[Floats, Floats, Floats]:
        """One compiled call on one batch: where it ends, how fast, and the highest loss on the way.

        The images it ends at are looked at by the next call, or by this one if it is the last.
        """
        standing, padded, own = self.standing, rows[take], rows[block]
        best, resist, loss, reached, faster, peak = self._compiled(
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
        return reached.numpy()[:size], faster.numpy()[:size], peak.numpy()[:size]

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
            kept, peak = (best, resist, loss), tf.fill(tf.shape(loss), -np.inf)
            for _ in tf.range(steps):
                logits, each, gradient = loss_and_gradient(
                    logits_of, name, now, labels, goal, towards
                )
                kept, peak = better(now, logits, each, labels, kept), tf.maximum(peak, each)
                if momentum:
                    speed = momentum * speed + gradient / mean_size(gradient)
                    gradient = speed
                change = now + step_size * steepest(gradient, norm) - clean
                now = inside(clean, project(change, epsilon, norm))
            if last:
                logits = logits_of(now)
                each = attack_loss(name, labels, logits, goal, towards)
                kept, peak = better(now, logits, each, labels, kept), tf.maximum(peak, each)
            return *kept, now, speed, peak

        return compiled


def hopeless(before: Losses, now: Losses, steps: int) -> npt.NDArray[np.bool_]:
    """Captchas in which no character can be expected to be misread.

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
