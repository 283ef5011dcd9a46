"""The compiled inner loop of deepfool: steps to the nearest boundary, taken for a plane."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from harness.array_types import Tensor
from harness.attacks.balls import TINY, distances, per_image
from harness.attacks.losses import HUGE, gradient_of, margin
from harness.attacks.planes import to_plane
from harness.attacks.signatures import COUNT, NUMBER, classes_of, images_of
from harness.backend import compiled, tf
from harness.options import Norm
from harness.readers import GradientReader

DeepFoolWalk = Callable[[Tensor, Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class DeepFoolStep:
    """One step to the nearest boundary.

    Attributes:
        reader: the breaker under attack.
        norm: in which distances are measured.
        classes: wrong classes whose boundaries are looked at, the most likely ones.
    """

    reader: GradientReader
    norm: Norm
    classes: int

    def dual_norm(self, gradient: Tensor) -> Tensor:
        """Give the dual norm of each image's gradient, [batch]: l1 for linf, l2 for itself."""
        if self.norm == "l2":
            return distances(gradient, "l2")
        return tf.reduce_sum(tf.abs(gradient), axis=(1, 2, 3))

    def gaps(self, images: Tensor, labels: Tensor) -> list[Tensor]:
        """Measure how far each wrong class is above the right one, at the least sure character."""
        logits = self.reader.logits(images)
        weakest = tf.argmax(margin(labels, logits), axis=1)
        scores = tf.gather(logits, weakest, axis=1, batch_dims=1)
        right = tf.gather(labels, weakest, axis=1, batch_dims=1)
        wrong = scores - HUGE * tf.one_hot(right, scores.shape[-1])
        likely = tf.nn.top_k(wrong, self.classes).indices
        sure = tf.gather(scores, right, axis=1, batch_dims=1)
        return [
            tf.gather(scores, likely[:, number], axis=1, batch_dims=1) - sure
            for number in range(self.classes)
        ]

    def nearest_plane(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Give gradient and gap of the nearest of the boundaries of the least sure character."""
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(images)
            gaps = self.gaps(images, labels)
        slope, gap = tf.zeros_like(images), tf.zeros_like(gaps[0])
        away = tf.fill(tf.shape(gaps[0]), HUGE)
        for other in gaps:
            gradient = gradient_of(tape, other, images)
            distance = tf.abs(other) / tf.maximum(self.dual_norm(gradient), TINY)
            nearer = distance < away
            slope = tf.where(per_image(nearer), gradient, slope)
            gap, away = tf.where(nearer, other, gap), tf.minimum(distance, away)
        return slope, gap

    def misread(self, images: Tensor, labels: Tensor) -> Tensor:
        """Tell which images are read otherwise than as their labels, bool [batch]."""
        classes = tf.argmax(self.reader.logits(images), -1, tf.int32)
        return tf.reduce_any(classes != labels, axis=1)


def compile_walk(step: DeepFoolStep) -> DeepFoolWalk:
    """Compile the walk of some steps; it gives images, and their distances where misread."""

    @compiled(images_of(step.reader), classes_of(step.reader), COUNT, NUMBER)
    def walk(
        clean: Tensor, labels: Tensor, steps: Tensor, overshoot: Tensor
    ) -> tuple[Tensor, Tensor]:
        def beyond(images: Tensor) -> Tensor:
            """Go a little further from the clean images."""
            return tf.clip_by_value(clean + (1 + overshoot) * (images - clean), 0.0, 1.0)

        now = clean
        wrong = step.misread(clean, labels)
        for _ in tf.range(steps):
            if tf.reduce_all(wrong):
                break
            slope, gap = step.nearest_plane(now, labels)
            moved = now + to_plane(now, slope, -gap, step.norm)
            now = tf.where(per_image(wrong), now, moved)
            wrong = wrong | step.misread(beyond(now), labels)
        reached = beyond(now)
        return reached, tf.where(wrong, distances(reached - clean, step.norm), np.inf)

    return walk
