"""The attack of Carlini and Wagner: distance and margin in one objective, in l2."""

from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.nearest import Found, NearestAttack
from harness.attacks.target import Targeted
from harness.options import Norm
from harness.progress import Progress

INWARDS = 1 - 1e-6  # keeps the inverse of tanh finite
FIRST, SECOND = 0.9, 0.999  # of Adam
TINY = 1e-8


class Cw(Targeted, NearestAttack):
    """Adam on squared distance plus a weight times the margin, the weight found by halving.

    Source: Carlini and Wagner 2017, section VI.A.
    """

    iterative: ClassVar[bool] = True
    norms: ClassVar[tuple[Norm, ...]] = ("l2",)

    norm: Norm = "l2"
    steps: Annotated[int, Field(ge=1, le=100_000)] = Field(200, description="for each weight")
    weights: Annotated[int, Field(ge=1, le=50)] = Field(6, description="tried, by halving")
    first_weight: Annotated[float, Field(gt=0)] = Field(1.0, description="of the margin")
    learning_rate: Annotated[float, Field(gt=0, le=10)] = Field(0.05, description="of Adam")
    confidence: Annotated[float, Field(ge=0)] = Field(0.0, description="margin to be reached")

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
        descend = standing.trace(("cw", self.target is None), lambda: self._traced(reader))
        weight = np.full(len(clean), self.first_weight, np.float32)
        low, high = np.zeros_like(weight), np.full_like(weight, np.inf)
        for trial in range(self.weights):
            for block, take in standing.blocks(len(clean)):
                rows = np.arange(block.start, block.stop)
                images, distance = descend(
                    clean[take], labels[take], weight[take], self.steps,
                    np.float32(self.learning_rate), np.float32(self.confidence),
                )  # fmt: skip
                reached = distance.numpy()[: len(rows)]
                found.keep(rows, images.numpy()[: len(rows)], reached)
                worked = np.isfinite(reached)
                high[block] = np.where(worked, np.minimum(high[block], weight[block]), high[block])
                low[block] = np.where(worked, low[block], np.maximum(low[block], weight[block]))
                done = trial * len(clean) + block.stop
                progress(done, self.weights * len(clean), f"weight {trial + 1} of {self.weights}")
            bounded = np.isfinite(high)
            weight = np.where(bounded, (low + np.where(bounded, high, 0)) / 2, weight * 10)
            weight = weight.astype(np.float32)
        found.gradients += self.weights * self.steps * len(clean)

    def _traced(self, reader: Any) -> Any:
        from harness.attacks.balls import as_stored, lengths
        from harness.attacks.losses import margin, slope_of
        from harness.backend import tf

        towards = self.target is not None

        def beyond(images: Any, labels: Any) -> Any:
            """How far the captcha is beyond its boundary: one wrong character, or the target."""
            each = margin(labels, reader.logits(images))
            return tf.reduce_min(-each, axis=1) if towards else tf.reduce_max(each, axis=1)

        scalar = tf.TensorSpec([], tf.float32)
        spec = [
            tf.TensorSpec([None, *reader.shape], tf.float32),
            tf.TensorSpec([None, reader.length], tf.int32),
            tf.TensorSpec([None], tf.float32),
            tf.TensorSpec([], tf.int32), scalar, scalar,
        ]  # fmt: skip

        @tf.function(input_signature=spec)  # type: ignore[untyped-decorator] # no types
        def descend(
            clean: Any, labels: Any, weight: Any, steps: Any, rate: Any, confidence: Any
        ) -> tuple[Any, Any]:
            # tanh keeps the pixels in [0, 1] without a projection.
            place = tf.atanh((2 * clean - 1) * INWARDS)
            first, second = tf.zeros_like(place), tf.zeros_like(place)
            best, nearest = clean, tf.fill(tf.shape(weight), np.float32(np.inf))
            for step in tf.range(1, steps + 1):
                with tf.GradientTape() as tape:
                    tape.watch(place)
                    images = as_stored(clean, (tf.tanh(place) + 1) / 2)
                    reached = beyond(images, labels)
                    squared = tf.reduce_sum(tf.square(images - clean), axis=(1, 2, 3))
                    objective = squared + weight * tf.maximum(confidence - reached, -TINY)
                slope = slope_of(tape, objective, place)
                distance = tf.where(
                    (reached > 0) & (reached >= confidence),
                    lengths(images - clean)[:, 0, 0, 0],
                    np.inf,
                )
                nearer = distance < nearest
                best = tf.where(nearer[:, None, None, None], images, best)
                nearest = tf.minimum(distance, nearest)
                first = FIRST * first + (1 - FIRST) * slope
                second = SECOND * second + (1 - SECOND) * tf.square(slope)
                number = tf.cast(step, tf.float32)
                ahead = first / (1 - FIRST**number)
                spread = tf.sqrt(second / (1 - SECOND**number)) + TINY
                place -= rate * ahead / spread
            return best, nearest

        return descend
