"""Objectives of adversarial training: images made against the weights of the moment."""

from dataclasses import dataclass
from typing import Any

from harness.attacks.balls import inside, project, steepest
from harness.attacks.losses import cross_entropy, slope_of
from harness.backend import tf
from harness.breakers.training import Objective, loss
from harness.defenses.validation import ROBUST, held
from harness.images.labelled import LabelledImages


@dataclass(frozen=True)
class Adversary(Objective):
    """Each batch is replaced by its worst images within a ball, as far as some steps find them.

    Attributes:
        epsilon: radius (linf).
        steps: up the loss, each of step_size.
        step_size: of one step, pixels.
        rising: share of the training over which the radius rises from 0.
        share: of each batch that is replaced; the rest stays clean.
    """

    epsilon: float
    steps: int
    step_size: float
    rising: float = 0.0
    share: float = 1.0

    def radius(self, done: Any) -> Any:
        """Give the radius at this moment of the training."""
        return self.epsilon * tf.minimum(1.0, done / self.rising) if self.rising else self.epsilon

    def changed(self, model: Any, images: Any, labels: Any, seed: Any, done: Any) -> Any:
        """See Objective.changed."""
        if self.share == 1:
            return self.climbed(model, images, labels, seed, done)
        count = tf.cast(tf.round(self.share * tf.cast(tf.shape(images)[0], tf.float32)), tf.int32)
        worst = self.climbed(model, images[:count], labels[:count], seed, done)
        return tf.concat([worst, images[count:]], axis=0)

    def away(self, model: Any, images: Any, labels: Any, anchor: Any) -> Any:  # noqa: ARG002
        """Say what the steps climb: the cross-entropy [batch]."""
        return tf.reduce_sum(cross_entropy(labels, model(images, training=False)), axis=1)

    def measured(self, reader: Any, validation: LabelledImages) -> dict[str, float]:
        """See Objective.measured."""
        return {ROBUST: held(reader, validation, self.epsilon)}

    def climbed(self, model: Any, images: Any, labels: Any, seed: Any, done: Any) -> Any:
        """Images after the steps, from a random point of the ball (one step: from the image)."""
        radius = self.radius(done)
        anchor = model(images, training=False)
        start = tf.zeros_like(images)
        if self.steps > 1:
            start = radius * tf.random.stateless_uniform(tf.shape(images), seed, -1.0, 1.0)
        length = radius * self.step_size / self.epsilon
        now = inside(images, start)
        for _ in tf.range(self.steps):
            with tf.GradientTape() as tape:
                tape.watch(now)
                each = self.away(model, now, labels, anchor)
            change = now + length * steepest(slope_of(tape, each, now), "linf") - images
            now = inside(images, project(change, radius, "linf"))
        return now


@dataclass(frozen=True)
class Trades(Adversary):
    """The loss on clean images, and how far the answers move within the ball.

    Attributes:
        weight: of the second part.
    """

    weight: float = 6.0

    def away(self, model: Any, images: Any, labels: Any, anchor: Any) -> Any:  # noqa: ARG002
        """Say what the steps climb: the divergence from the clean answers [batch]."""
        return divergence(anchor, model(images, training=False))

    def losses(
        self,
        model: Any,
        name: str,
        images: Any,
        changed: Any,
        labels: Any,
        done: Any,  # noqa: ARG002 - the weight stays
    ) -> tuple[Any, Any]:
        """See Objective.losses."""
        logits = model(images, training=True)
        apart = divergence(logits, model(changed, training=True))
        return loss(name, labels, logits) + self.weight * apart, logits


def divergence(first: Any, second: Any) -> Any:
    """Kullback-Leibler divergence of the second answers from the first, summed, [batch]."""
    known, other = tf.nn.log_softmax(first), tf.nn.log_softmax(second)
    return tf.reduce_sum(tf.exp(known) * (known - other), axis=(1, 2))
