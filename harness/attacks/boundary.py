"""The walk below fab: from plane to plane along the boundary of the right class."""

from typing import Any

import numpy as np
import numpy.typing as npt

from harness.attacks.balls import inside, lengths
from harness.attacks.losses import slope_of
from harness.attacks.nearest import Found
from harness.attacks.planes import to_plane
from harness.attacks.standing import Rows, Standing
from harness.backend import tf
from harness.options import Norm

TOWARDS_CLEAN = 0.1  # the most that a step is drawn to the plane's point nearest to the clean image
BEYOND = 1.05  # how far a step goes, of the way to the plane
BACK = 0.9  # of the way from the clean image, once a misread image is found
NEARBY = 1e-8


class Boundary:
    """The nearest misread images that are known, and the walk that finds nearer ones."""

    def __init__(
        self,
        reader: Any,
        clean: npt.NDArray[np.float32],
        labels: npt.NDArray[np.int32],
        norm: Norm,
        found: Found,
    ) -> None:
        """Begin at the clean images; those that are misread already are at distance 0."""
        self.standing = Standing(reader, clean, labels, norm, "any")
        self.found = found
        self._compiled = self.standing.trace(("boundary",), self._traced)
        wrong = (reader.read(clean) != labels).any(axis=1)
        found.distance[wrong] = 0

    def read_right(self) -> Rows:
        """Captchas whose clean image is read right: the others need no walk."""
        return np.flatnonzero(self.found.distance > 0)

    def walk(
        self, rows: Rows, targets: npt.NDArray[np.int32], steps: int, seed: int, restart: int
    ) -> None:
        """Walk from the clean images (restart 0), or from random points as near as what is known.

        Args:
            rows: captchas.
            targets: for each character the class to cross to, int32 [len(rows), length].
            steps: for each captcha.
            seed: of the random points.
            restart: number of the run.
        """
        standing, start = self.standing, self.standing.clean[rows]
        if restart:
            away = np.minimum(self.found.distance[rows], 1.0)[:, None, None, None] / 2
            points = standing.starts(rows, 1.0, seed, "fab", restart)
            start = np.clip(start + away * (points - start), 0, 1).astype(np.float32)
        for block, take in standing.blocks(len(rows)):
            size, own = block.stop - block.start, rows[block]
            padded = rows[take]
            images, distance = self._compiled(
                standing.clean[padded], start[take], standing.labels[padded], targets[take],
                self.found.images[padded], self.found.distance[padded], steps,
            )  # fmt: skip
            self.found.keep(own, images.numpy()[:size], distance.numpy()[:size])
        self.found.gradients += steps * len(rows)

    def _traced(self) -> Any:
        standing = self.standing
        reader, norm = standing.reader, standing.norm

        def length_of(change: Any) -> Any:
            if norm == "linf":
                return tf.reduce_max(tf.abs(change), axis=(1, 2, 3))
            return lengths(change)[:, 0, 0, 0]

        def crossing(images: Any, labels: Any, targets: Any) -> tuple[Any, Any]:
            """How far the nearest character is beyond its boundary to the target, and the slope."""
            with tf.GradientTape() as tape:
                tape.watch(images)
                logits = reader.logits(images)
                right, wanted = (
                    tf.gather(logits, c, axis=-1, batch_dims=2) for c in (labels, targets)
                )
                gap = tf.reduce_max(wanted - right, axis=1)
            return gap, slope_of(tape, gap, images)

        image = tf.TensorSpec([None, *reader.shape], tf.float32)
        classes = tf.TensorSpec([None, reader.length], tf.int32)
        number, whole = tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.int32)

        @tf.function(  # type: ignore[untyped-decorator] # no types
            input_signature=[image, image, classes, classes, image, number, whole]
        )
        def walked(
            clean: Any, now: Any, labels: Any, targets: Any, best: Any, nearest: Any, steps: Any
        ) -> Any:
            for _ in tf.range(steps):
                gap, slope = crossing(now, labels, targets)
                flat = tf.reduce_sum(slope * (clean - now), axis=(1, 2, 3))
                near = to_plane(now, slope, -gap, norm)
                far = to_plane(clean, slope, -gap - flat, norm)
                own, other = length_of(near), length_of(far)
                drawn = tf.minimum(own / tf.maximum(own + other, NEARBY), TOWARDS_CLEAN)
                drawn = drawn[:, None, None, None]
                moved = (1 - drawn) * (now + BEYOND * near) + drawn * (clean + BEYOND * far)
                now = tf.clip_by_value(moved, 0.0, 1.0)
                logits = reader.logits(now)
                wrong = tf.reduce_any(tf.argmax(logits, -1, tf.int32) != labels, axis=1)
                distance = tf.where(wrong, length_of(now - clean), np.inf)
                closer = distance < nearest
                best = tf.where(closer[:, None, None, None], now, best)
                nearest = tf.minimum(distance, nearest)
                back = inside(clean, BACK * (now - clean))
                now = tf.where(wrong[:, None, None, None], back, now)
            return best, nearest

        return walked
