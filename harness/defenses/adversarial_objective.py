"""Objectives of adversarial training: images made with the current weights."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.array_types import KerasModel, Tensor
from harness.attacks.balls import apply_and_clip, project, steepest
from harness.attacks.losses import cross_entropy, gradient_of
from harness.backend import tf
from harness.breakers.training_loop import Objective, loss
from harness.defenses.robust_accuracy import ROBUST, robust_accuracy

if TYPE_CHECKING:
    from harness.breakers.reader import Reader
    from harness.images.labelled import LabelledImages


@dataclass(frozen=True)
class AdversarialObjective(Objective):
    """The loss on the worst images of a batch within a ball, as far as some steps find them.

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

    def radius(self, done: Tensor) -> Tensor:
        """Give the radius at this point of the training."""
        return self.epsilon * tf.minimum(1.0, done / self.rising) if self.rising else self.epsilon

    def changed(
        self, model: KerasModel, images: Tensor, labels: Tensor, seed: Tensor, done: Tensor
    ) -> Tensor:
        """See Objective.changed."""
        if self.share == 1:
            return self.worst(model, images, labels, seed, done)
        count = tf.cast(tf.round(self.share * tf.cast(tf.shape(images)[0], tf.float32)), tf.int32)
        perturbed = self.worst(model, images[:count], labels[:count], seed, done)
        return tf.concat([perturbed, images[count:]], axis=0)

    def climbed_loss(
        self, model: KerasModel, images: Tensor, labels: Tensor, anchor: Tensor
    ) -> Tensor:
        """Give what the steps climb, [batch]: the cross-entropy.

        Args:
            model: as it is now.
            images: float32 [batch, height, width, channels].
            labels: int32 [batch, length].
            anchor: the logits of the clean images.
        """
        return tf.reduce_sum(cross_entropy(labels, model(images, training=False)), axis=1)

    def measured(self, reader: "Reader", validation: "LabelledImages") -> dict[str, float]:
        """See Objective.measured."""
        return {ROBUST: robust_accuracy(reader, validation, self.epsilon)}

    def worst(
        self, model: KerasModel, images: Tensor, labels: Tensor, seed: Tensor, done: Tensor
    ) -> Tensor:
        """Climb from a random point of the ball (with one step: from the image); see `changed`."""
        radius = self.radius(done)
        anchor = model(images, training=False)
        start = tf.zeros_like(images)
        if self.steps > 1:
            start = radius * tf.random.stateless_uniform(tf.shape(images), seed, -1.0, 1.0)
        length = radius * self.step_size / self.epsilon
        now = apply_and_clip(images, start)
        for _ in tf.range(self.steps):
            with tf.GradientTape() as tape:
                tape.watch(now)
                losses = self.climbed_loss(model, now, labels, anchor)
            change = now + length * steepest(gradient_of(tape, losses, now), "linf") - images
            now = apply_and_clip(images, project(change, radius, "linf"))
        return now


@dataclass(frozen=True)
class TradesObjective(AdversarialObjective):
    """The loss on clean images, and how far the answers move within the ball.

    Attributes:
        weight: of the second part.
    """

    weight: float = 6.0

    def climbed_loss(
        self, model: KerasModel, images: Tensor, labels: Tensor, anchor: Tensor
    ) -> Tensor:
        """See AdversarialObjective.climbed_loss: the divergence from the clean answers."""
        return divergence(anchor, model(images, training=False))

    def losses(
        self,
        model: KerasModel,
        name: str,
        images: Tensor,
        changed: Tensor,
        labels: Tensor,
        done: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """See Objective.losses."""
        logits = model(images, training=True)
        apart = divergence(logits, model(changed, training=True))
        return loss(name, labels, logits) + self.weight * apart, logits


def divergence(first: Tensor, second: Tensor) -> Tensor:
    """Give the Kullback-Leibler divergence of second answers from first ones, summed, [batch]."""
    known, other = tf.nn.log_softmax(first), tf.nn.log_softmax(second)
    return tf.reduce_sum(tf.exp(known) * (known - other), axis=(1, 2))
