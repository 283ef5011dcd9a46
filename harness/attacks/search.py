"""The loop below iterative attacks: full batches, one trace, broken captchas leave."""

from typing import Any

import numpy as np
import numpy.typing as npt

from harness.attacks.attack import AttackLoss
from harness.attacks.balls import inside, project, steepest
from harness.attacks.losses import attack_loss, loss_and_gradient
from harness.backend import as_float, batch_of, tf
from harness.specs import Norm

SMALLEST_BATCH = 16
STEPS_BETWEEN_LOOKS = 10  # steps before captchas that are broken leave the batch

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


class Search:
    """The best perturbed image so far of each captcha, and the means to better it.

    Attributes:
        best: float32 [n, height, width, channels].
        right: right characters of `best`, int32 [n].
        loss: attack loss of `best`, float32 [n].
        gradients: image-gradients spent so far.
        moved: whether `best` has left the clean images.
    """

    def __init__(
        self,
        reader: Any,
        clean: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        norm: Norm,
        loss: AttackLoss,
    ) -> None:
        """Start at the clean images."""
        self.reader, self.norm, self.loss_name = reader, norm, loss
        self.clean, self.labels = as_float(clean), labels.astype(np.int32)
        self.gradients = 0
        self.batch = batch_of(reader.shape)
        # Traced once for a reader, norm and loss: tracing takes as long as thousands of gradients.
        traces = reader.__dict__.setdefault("traces", {})
        if (norm, loss) not in traces:
            traces[norm, loss] = self._traced()
        self._compiled = traces[norm, loss]
        self.forget()

    def forget(self) -> None:
        """Go back to the clean images."""
        self.best = self.clean.copy()
        self.right = np.full(len(self.clean), self.labels.shape[1], np.int32)
        self.loss = np.full(len(self.clean), -np.inf, np.float32)
        self.moved = False

    def unbroken(self) -> Rows:
        """Captchas with at least one character still right."""
        return np.flatnonzero(self.right > 0)

    def random_points(self, rows: Rows, draw: Floats, epsilon: float) -> Floats:
        """Points of the ball from noise (uniform in [-1, 1] for linf, normal for l2)."""
        if self.norm == "l2":
            draw = draw / np.linalg.norm(draw.reshape(len(draw), -1), axis=1)[:, None, None, None]
        points: Floats = np.clip(self.clean[rows] + np.float32(epsilon) * draw, 0, 1)
        return points

    def climb(
        self, rows: Rows, start: Floats, epsilon: float, step_size: float, steps: int
    ) -> None:
        """Take steps from `start` [len(rows), ...] and keep what betters `best`.

        Captchas whose characters are all wrong leave after every few steps; those that stay are
        packed into full batches again.
        """
        now = start
        while len(rows) and steps > 0:
            some = min(steps, STEPS_BETWEEN_LOOKS)
            blocks = [slice(at, at + self.batch) for at in range(0, len(rows), self.batch)]
            now = np.concatenate(
                [self._climb_batch(rows[b], now[b], epsilon, step_size, some) for b in blocks]
            )
            self.gradients += some * len(rows)
            steps -= some
            stay = self.right[rows] > 0
            rows, now = rows[stay], now[stay]
        self.moved = True

    def _climb_batch(
        self, rows: Rows, now: Floats, epsilon: float, step_size: float, steps: int
    ) -> Floats:
        """One compiled call on at most `batch` captchas, padded to a power of two.

        Few batch sizes mean few kernels to prepare, and a result that does not hang on how many
        others are left.
        """
        size = len(rows)
        padded = max(SMALLEST_BATCH, 1 << (size - 1).bit_length())
        take = np.resize(rows, padded)
        best, right, loss, reached = self._compiled(
            self.clean[take],
            np.resize(now, (padded, *now.shape[1:])),
            self.labels[take],
            self.best[take],
            self.right[take],
            self.loss[take],
            np.float32(epsilon),
            np.float32(step_size),
            steps,
        )
        self.best[rows], self.right[rows] = best.numpy()[:size], right.numpy()[:size]
        self.loss[rows] = loss.numpy()[:size]
        there: Floats = reached.numpy()[:size]
        return there

    def _traced(self) -> Any:
        reader, norm, name = self.reader, self.norm, self.loss_name

        def better(now: Any, logits: Any, each: Any, labels: Any, kept: tuple[Any, ...]) -> Any:
            best, right, loss = kept
            classes = tf.argmax(logits, -1, tf.int32)
            count = tf.reduce_sum(tf.cast(tf.equal(classes, labels), tf.int32), axis=1)
            wins = (count < right) | ((count == right) & (each > loss))
            return (
                tf.where(wins[:, None, None, None], now, best),
                tf.where(wins, count, right),
                tf.where(wins, each, loss),
            )

        image = tf.TensorSpec([None, *reader.shape], tf.float32)
        number, scalar = tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.float32)
        classes = tf.TensorSpec([None, reader.length], tf.int32)
        count, steps = tf.TensorSpec([None], tf.int32), tf.TensorSpec([], tf.int32)

        @tf.function(  # type: ignore[untyped-decorator] # no types
            input_signature=[image, image, classes, image, count, number, scalar, scalar, steps]
        )
        def compiled(
            clean: Any, now: Any, labels: Any, best: Any, right: Any, loss: Any,
            epsilon: Any, step_size: Any, steps: Any,
        ) -> Any:  # fmt: skip
            kept = (best, right, loss)
            for _ in tf.range(steps):
                logits, each, gradient = loss_and_gradient(reader, name, now, labels)
                kept = better(now, logits, each, labels, kept)
                change = now + step_size * steepest(gradient, norm) - clean
                now = inside(clean, project(change, epsilon, norm))
            logits = reader.logits(now)
            kept = better(now, logits, attack_loss(name, labels, logits), labels, kept)
            return *kept, now

        return compiled
