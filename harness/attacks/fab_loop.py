"""The compiled inner loop of fab: from plane to plane along the right class's boundary."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from harness.array_types import Classes, Rows, Tensor
from harness.attacks.balls import apply_and_clip, distances, per_image
from harness.attacks.batch_state import Nearest, TargetedBatch
from harness.attacks.losses import gradient_of
from harness.attacks.minimum_norm_attack import AttackInput, NearestMisread
from harness.attacks.planes import to_plane
from harness.attacks.search_state import SearchState
from harness.attacks.signatures import COUNT, NUMBERS, classes_of, images_of
from harness.backend import compiled, tf
from harness.options import Norm
from harness.readers import GradientReader

TOWARDS_CLEAN = 0.1  # the most that a step is drawn to the plane's point nearest to the clean image
BEYOND = 1.05  # how far a step goes, of the way to the plane
BACK = 0.9  # of the way from the clean image, once a misread image is known
NEARBY = 1e-8


FabWalk = Callable[[TargetedBatch, Tensor, Nearest, Tensor], Nearest]


class FabLoop:
    """Walks along the boundary, and keeps the nearest misread images.

    Attributes:
        state: the clean images and the breaker.
        nearest: the nearest misread images that are known.
    """

    def __init__(self, given: AttackInput, norm: Norm, nearest: NearestMisread) -> None:
        """Begin at the clean images; those that are misread already are at distance 0."""
        self.seed, self.nearest = given.seed, nearest
        self.state = SearchState(given.reader, given.clean, given.labels, norm, "any")
        step = FabStep(given.reader, norm)
        self._walk = self.state.compiled(("fab",), lambda: compile_walk(step))
        wrong = (given.reader.read(given.clean) != given.labels).any(axis=1)
        nearest.distance[wrong] = 0

    def read_right(self) -> Rows:
        """Give the captchas whose clean image is read right: the others need no walk."""
        return np.flatnonzero(self.nearest.distance > 0)

    def walk(self, rows: Rows, targets: Classes, steps: int, restart: int) -> None:
        """Walk from the clean images (restart 0), or from random points as near as what is known.

        Args:
            rows: captchas.
            targets: for each character the class to cross to, int32 [len(rows), length].
            steps: for each captcha.
            restart: number of the run.
        """
        state, nearest, start = self.state, self.nearest, self.state.clean[rows]
        if restart:
            away = np.minimum(nearest.distance[rows], 1.0)[:, None, None, None] / 2
            points = state.random_starts(rows, 1.0, self.seed, "fab", restart)
            start = np.clip(start + away * (points - start), 0, 1).astype(np.float32)
        for block, padded in state.batches(len(rows)):
            captchas, size = rows[padded], block.stop - block.start
            images, distance = self._walk(
                TargetedBatch(state.clean[captchas], state.labels[captchas], targets[padded]),
                start[padded],
                Nearest(nearest.images[captchas], nearest.distance[captchas]),
                steps,
            )
            nearest.keep(rows[block], images.numpy()[:size], distance.numpy()[:size])
        nearest.gradients += steps * len(rows)


@dataclass(frozen=True)
class FabStep:
    """One step along the boundary.

    Attributes:
        reader: the breaker under attack.
        norm: in which distances are measured.
    """

    reader: GradientReader
    norm: Norm

    def crossing(self, images: Tensor, batch: TargetedBatch) -> tuple[Tensor, Tensor]:
        """Measure how far the nearest character is beyond its boundary, and the gradient of that.

        The boundary is that of the right class to the target.
        """
        labels, targets = batch.labels, batch.targets
        with tf.GradientTape() as tape:
            tape.watch(images)
            logits = self.reader.logits(images)
            right, wanted = (tf.gather(logits, c, axis=-1, batch_dims=2) for c in (labels, targets))
            gap = tf.reduce_max(wanted - right, axis=1)
        return gap, gradient_of(tape, gap, images)

    def to_boundary(self, now: Tensor, batch: TargetedBatch) -> Tensor:
        """Step a little beyond the tangent plane, drawn to its point nearest to the clean image."""
        clean, norm = batch.clean, self.norm
        gap, slope = self.crossing(now, batch)
        flat = tf.reduce_sum(slope * (clean - now), axis=(1, 2, 3))
        near = to_plane(now, slope, -gap, norm)
        far = to_plane(clean, slope, -gap - flat, norm)
        step, other = distances(near, norm), distances(far, norm)
        drawn = per_image(tf.minimum(step / tf.maximum(step + other, NEARBY), TOWARDS_CLEAN))
        moved = (1 - drawn) * (now + BEYOND * near) + drawn * (clean + BEYOND * far)
        return tf.clip_by_value(moved, 0.0, 1.0)

    def misread(self, images: Tensor, labels: Tensor) -> Tensor:
        """Tell which images are read otherwise than as their labels, bool [batch]."""
        logits = self.reader.logits(images)
        return tf.reduce_any(tf.argmax(logits, -1, tf.int32) != labels, axis=1)


def compile_walk(step: FabStep) -> FabWalk:
    """Compile the walk of some steps for the images of a reader."""
    image, classes = images_of(step.reader), classes_of(step.reader)

    @compiled(TargetedBatch(image, classes, classes), image, Nearest(image, NUMBERS), COUNT)
    def walk(batch: TargetedBatch, now: Tensor, nearest: Nearest, steps: Tensor) -> Nearest:
        for _ in tf.range(steps):
            now = step.to_boundary(now, batch)
            wrong = step.misread(now, batch.labels)
            distance = tf.where(wrong, distances(now - batch.clean, step.norm), np.inf)
            nearest = nearest.nearer(now, distance)
            back = apply_and_clip(batch.clean, BACK * (now - batch.clean))
            now = tf.where(per_image(wrong), back, now)
        return nearest

    return walk
