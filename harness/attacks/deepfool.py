"""DeepFool: to the nearest of the boundaries, as if they were planes, until one is crossed."""

from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.nearest import Found, NearestAttack
from harness.progress import Progress


class DeepFool(NearestAttack):
    """Steps to the nearest boundary of several classes, taken as planes, until one is crossed.

    A captcha is misread at the character that is the least sure.

    Source: Moosavi-Dezfooli, Fawzi, Frossard 2016, algorithm 2.
    """

    iterative: ClassVar[bool] = True

    steps: Annotated[int, Field(ge=1, le=10_000)] = Field(50, description="at most")
    classes: Annotated[int, Field(ge=1, le=1000)] = Field(
        9, description="the most likely wrong ones"
    )
    overshoot: Annotated[float, Field(ge=0, le=1)] = Field(0.02, description="beyond the boundary")

    def approach(
        self,
        reader: Any,
        clean: npt.NDArray[np.float32],
        labels: npt.NDArray[np.int32],
        found: Found,
        seed: int,  # noqa: ARG002 - nothing random here
        progress: Progress,
    ) -> None:
        """See NearestAttack.approach."""
        from harness.attacks.standing import Standing

        standing = Standing(reader, clean, labels, self.norm, "any")
        classes = min(self.classes, reader.classes - 1)
        walk = standing.trace(("deepfool", classes), lambda: self._traced(reader, classes))
        for block, take in standing.blocks(len(clean)):
            rows = np.arange(block.start, block.stop)
            images, distance = walk(
                clean[take],
                labels[take],
                self.steps,
                np.float32(self.overshoot),
            )
            found.keep(rows, images.numpy()[: len(rows)], distance.numpy()[: len(rows)])
            progress(block.stop, len(clean))
        found.gradients += self.steps * classes * len(clean)

    def _traced(self, reader: Any, classes: int) -> Any:
        from harness.attacks.balls import TINY, lengths
        from harness.attacks.losses import HUGE, margin, slope_of
        from harness.attacks.planes import to_plane
        from harness.backend import tf

        norm = self.norm

        def size(values: Any, dual: bool) -> Any:
            """Give the norm of each image, or its dual, [batch]."""
            if norm == "l2":
                return lengths(values)[:, 0, 0, 0]
            reduce = tf.reduce_sum if dual else tf.reduce_max
            return reduce(tf.abs(values), axis=(1, 2, 3))

        def nearest_plane(images: Any, labels: Any) -> tuple[Any, Any]:
            """Slope and gap of the nearest of the boundaries of the least sure character."""
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(images)
                logits = reader.logits(images)
                weakest = tf.argmax(margin(labels, logits), axis=1)
                own = tf.gather(logits, weakest, axis=1, batch_dims=1)
                right = tf.gather(labels, weakest, axis=1, batch_dims=1)
                wrong = own - HUGE * tf.one_hot(right, own.shape[-1])
                likely = tf.nn.top_k(wrong, classes).indices
                sure = tf.gather(own, right, axis=1, batch_dims=1)
                gaps = [
                    tf.gather(own, likely[:, n], axis=1, batch_dims=1) - sure
                    for n in range(classes)
                ]
            slope, gap, away = (
                tf.zeros_like(images),
                tf.zeros_like(sure),
                tf.fill(tf.shape(sure), HUGE),
            )
            for other in gaps:
                steep = slope_of(tape, other, images)
                distance = tf.abs(other) / tf.maximum(size(steep, dual=True), TINY)
                nearer = distance < away
                slope = tf.where(nearer[:, None, None, None], steep, slope)
                gap, away = tf.where(nearer, other, gap), tf.minimum(distance, away)
            return slope, gap

        image = tf.TensorSpec([None, *reader.shape], tf.float32)
        spec = [
            image,
            tf.TensorSpec([None, reader.length], tf.int32),
            tf.TensorSpec([], tf.int32),
            tf.TensorSpec([], tf.float32),
        ]

        @tf.function(input_signature=spec)  # type: ignore[untyped-decorator] # no types
        def walk(clean: Any, labels: Any, steps: Any, overshoot: Any) -> tuple[Any, Any]:
            def beyond(images: Any) -> Any:
                return tf.clip_by_value(clean + (1 + overshoot) * (images - clean), 0.0, 1.0)

            def misread(images: Any) -> Any:
                classes_now = tf.argmax(reader.logits(images), -1, tf.int32)
                return tf.reduce_any(classes_now != labels, axis=1)

            now = clean
            wrong = misread(clean)
            for _ in tf.range(steps):
                if tf.reduce_all(wrong):
                    break
                slope, gap = nearest_plane(now, labels)
                moved = now + to_plane(now, slope, -gap, norm)
                now = tf.where(wrong[:, None, None, None], now, moved)
                wrong = wrong | misread(beyond(now))
            reached = beyond(now)
            return reached, tf.where(wrong, size(reached - clean, dual=False), np.inf)

        return walk
