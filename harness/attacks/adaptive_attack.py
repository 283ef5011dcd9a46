"""The adaptive attack: it fools breaker and detector at once."""

from collections.abc import Callable

import numpy as np

from harness.array_types import Floats, Labels, Pixels, Tensor
from harness.attacks.balls import apply_and_clip, per_image, project
from harness.attacks.losses import gradient_of, margin
from harness.attacks.search_state import SearchState
from harness.attacks.signatures import NUMBER, classes_of, images_of
from harness.backend import compiled, tf
from harness.readers import WatchedReader

FIRST, LAST = 0.25, 0.01  # length of the first and of the last step, as shares of the radius
SURE = 0.1  # margin, in logits, by which an image stays misread while its score is lowered

Climb = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]


class AdaptiveAttack:
    """Climbs the margin until an image is misread, then lowers the score as long as it is.

    Each step takes the gradient of what is not yet reached, so that neither hides the other.

    Source: Bryniarski, Hingun, Pachuca, Wang, Carlini 2022 (selective projected gradient descent),
    section 3.1.
    """

    def __init__(self, detector: WatchedReader, steps: int) -> None:
        """Prepare the attack on a detector and the breaker that it watches over."""
        self.detector, self.steps = detector, steps
        self._climb = self._compiled()

    def perturb(self, clean: Pixels, labels: Labels, epsilon: float, seed: int) -> Floats:
        """Give the misread images of the lowest score within a linf ball.

        Where no misread image is found, it is the last image of the climb.

        Args:
            clean: uint8 [n, height, width, channels].
            labels: the right classes, uint8 [n, length].
            epsilon: radius, above 0.
            seed: image i draws from (seed, i) alone.

        Returns:
            Float32 of the images' shape.
        """
        state = SearchState(self.detector.reader, clean, labels, "linf", "any")
        start = state.random_starts(np.arange(len(clean)), epsilon, seed, "aware")
        perturbed = np.empty_like(state.clean)
        for block, padded in state.batches(len(clean)):
            images = self._climb(
                state.clean[padded], state.labels[padded], start[padded], np.float32(epsilon)
            )
            perturbed[block] = images.numpy()[: block.stop - block.start]
        return perturbed

    def _selected(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give scores, margins, and the gradient of what each image has not yet reached."""
        with tf.GradientTape() as tape:
            tape.watch(images)
            score, logits = self.detector.score_and_logits(images)
            beyond = tf.reduce_max(margin(labels, logits), axis=1)
            objective = tf.where(beyond < SURE, beyond, -score)
        return score, beyond, gradient_of(tape, objective, images)

    def _compiled(self) -> Climb:
        """Compile the climb for the images of the breaker."""
        steps, reader = self.steps, self.detector.reader
        image = images_of(reader)

        @compiled(image, classes_of(reader), image, NUMBER)
        def climb(clean: Tensor, labels: Tensor, now: Tensor, epsilon: Tensor) -> Tensor:
            best, least = now, tf.fill([tf.shape(now)[0]], np.float32(np.inf))
            for step in tf.range(steps):
                score, beyond, gradient = self._selected(now, labels)
                quieter = (beyond > 0) & (score < least)
                best = tf.where(per_image(quieter), now, best)
                least = tf.where(quieter, score, least)
                done = tf.cast(step, tf.float32) / steps
                length = epsilon * FIRST * (LAST / FIRST) ** done
                change = now + length * tf.sign(gradient) - clean
                now = apply_and_clip(clean, project(change, epsilon, "linf"))
            return tf.where(per_image(tf.math.is_inf(least)), now, best)

        return climb
