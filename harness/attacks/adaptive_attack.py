"""An attack that knows of the detector: misread, and not noticed."""

from typing import Any

import numpy as np
import numpy.typing as npt

from harness.attacks.balls import inside, project
from harness.attacks.losses import margin, slope_of
from harness.attacks.search_state import SearchState
from harness.backend import tf

FIRST, LAST = 0.25, 0.01  # of the radius: length of the steps
SURE = 0.1  # margin beyond the boundary that is kept while the score is brought down


class AdaptiveAttack:
    """Up the margin until an image is misread, then down the score as long as it is.

    Each step takes the slope of what is not yet reached, so that neither hides the other.

    Source: Bryniarski, Hingun, Pachuca, Wang, Carlini 2022 (selective projected gradient descent),
    section 3.1.
    """

    def __init__(self, guard: Any, steps: int) -> None:
        """Against harness.detectors.guard.Guard and the breaker that it watches over."""
        self.guard, self.steps = guard, steps
        self._climb = self._traced()

    def perturb(
        self,
        clean: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        epsilon: float,
        seed: int,
    ) -> npt.NDArray[np.float32]:
        """The least noticed misread images within a linf ball; where there is none, the last one.

        Args:
            clean: uint8 [n, height, width, channels].
            labels: the right classes, uint8 [n, length].
            epsilon: radius, above 0.
            seed: image i draws from (seed, i) alone.
        """
        standing = SearchState(self.guard.reader, clean, labels, "linf", "any")
        rows = np.arange(len(clean))
        start, found = standing.starts(rows, epsilon, seed, "aware"), np.empty_like(standing.clean)
        for block, take in standing.blocks(len(clean)):
            images = self._climb(
                standing.clean[take], standing.labels[take], start[take], np.float32(epsilon)
            )
            found[block] = images.numpy()[: block.stop - block.start]
        return found

    def _traced(self) -> Any:
        guard, steps = self.guard, self.steps
        reader = guard.reader
        image = tf.TensorSpec([None, *reader.shape], tf.float32)
        classes = tf.TensorSpec([None, reader.length], tf.int32)

        @tf.function(  # type: ignore[untyped-decorator] # no types
            input_signature=[image, classes, image, tf.TensorSpec([], tf.float32)]
        )
        def climb(clean: Any, labels: Any, now: Any, epsilon: Any) -> Any:
            best, least = now, tf.fill([tf.shape(now)[0]], np.float32(np.inf))
            for step in tf.range(steps):
                with tf.GradientTape() as tape:
                    tape.watch(now)
                    score, logits = guard.answered(now)
                    beyond = tf.reduce_max(margin(labels, logits), axis=1)
                    objective = tf.where(beyond < SURE, beyond, -score)
                slope = slope_of(tape, objective, now)
                quieter = (beyond > 0) & (score < least)
                best = tf.where(quieter[:, None, None, None], now, best)
                least = tf.where(quieter, score, least)
                done = tf.cast(step, tf.float32) / steps
                length = epsilon * FIRST * (LAST / FIRST) ** done
                now = inside(clean, project(now + length * tf.sign(slope) - clean, epsilon, "linf"))
            return tf.where(tf.math.is_inf(least)[:, None, None, None], now, best)

        return climb
