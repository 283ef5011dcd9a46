"""The objective of certified training."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.array_types import KerasModel, Tensor
from harness.backend import tf
from harness.breakers.training_loop import Objective, loss
from harness.defenses.branch_and_bound import certify_characters
from harness.defenses.intervals import margins
from harness.defenses.robust_accuracy import CERTIFIED, IMAGES, ROBUST, robust_accuracy

if TYPE_CHECKING:
    from harness.breakers.reader import Reader
    from harness.images.labelled import LabelledImages


@dataclass(frozen=True)
class CertifiedObjective(Objective):
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
        self,
        model: KerasModel,
        name: str,
        images: Tensor,
        changed: Tensor,
        labels: Tensor,
        done: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """See Objective.losses."""
        risen = tf.minimum(1.0, done / self.rising) if self.rising else 1.0
        logits = model(changed, training=True)
        share = 1 - (1 - self.clean) * risen
        beyond = margins(model, images, labels, self.epsilon * risen)
        worst = tf.reduce_sum(tf.reduce_logsumexp(beyond, axis=-1), axis=1)
        return share * loss(name, labels, logits) + (1 - share) * worst, logits

    def measured(self, reader: "Reader", validation: "LabelledImages") -> dict[str, float]:
        """See Objective.measured."""
        images, labels = validation.images[:IMAGES], validation.labels[:IMAGES]
        certificates = certify_characters(reader.model, images, labels, self.epsilon)
        return {
            ROBUST: robust_accuracy(reader, validation, self.epsilon),
            CERTIFIED: float(certificates.held.all(axis=1).mean()),
        }
