"""The objective of certified training."""

from dataclasses import dataclass
from typing import Any

from harness.backend import tf
from harness.breakers.training import Objective, loss
from harness.defenses.bisection import certified
from harness.defenses.intervals import margins
from harness.defenses.validation import CERTIFIED, IMAGES, ROBUST, held
from harness.images.labelled import LabelledImages


@dataclass(frozen=True)
class Certified(Objective):
    """The loss on clean images, and the loss of the worst answers that the bounds allow.

    Attributes:
        epsilon: radius (linf).
        rising: share of the training over which the radius rises from 0.
        clean: share of the clean loss after that; 1 at the start.
    """

    epsilon: float
    rising: float
    clean: float

    def losses(
        self, model: Any, name: str, images: Any, changed: Any, labels: Any, done: Any
    ) -> tuple[Any, Any]:
        """See Objective.losses."""
        risen = tf.minimum(1.0, done / self.rising) if self.rising else 1.0
        logits = model(changed, training=True)
        share = 1 - (1 - self.clean) * risen
        beyond = margins(model, images, labels, self.epsilon * risen)
        worst = tf.reduce_sum(tf.reduce_logsumexp(beyond, axis=-1), axis=1)
        return share * loss(name, labels, logits) + (1 - share) * worst, logits

    def measured(self, reader: Any, validation: LabelledImages) -> dict[str, float]:
        """See Objective.measured."""
        some = slice(0, IMAGES)
        labels = validation.labels[some]
        found = certified(reader.model, validation.images[some], labels, self.epsilon)
        return {
            ROBUST: held(reader, validation, self.epsilon),
            CERTIFIED: float(found.held.all(axis=1).mean()),
        }
