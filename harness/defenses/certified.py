"""The objective of certified training, and what a trained network certifies."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.backend import batches, tf
from harness.breakers.training import LabelledImages, Objective, loss
from harness.defenses.intervals import margins
from harness.defenses.validation import CERTIFIED, IMAGES, ROBUST, held


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
        sure = certified(reader.model, validation.images[some], labels, self.epsilon)
        return {
            ROBUST: held(reader, validation, self.epsilon),
            CERTIFIED: float((sure == labels.shape[1]).mean()),
        }


def certified(
    model: Any, images: npt.NDArray[Any], labels: npt.NDArray[np.uint8], epsilon: float
) -> npt.NDArray[np.int64]:
    """Characters of each image that no image of its ball has misread, [n].

    Args:
        model: see harness.defenses.intervals.margins.
        images: uint8 or uint16 [n, height, width, channels].
        labels: the right classes, uint8 [n, length].
        epsilon: radius (linf).
    """
    shape = model.input_shape[1:]

    @tf.function(  # type: ignore[untyped-decorator] # no types
        input_signature=[
            tf.TensorSpec([None, *shape], tf.float32),
            tf.TensorSpec([None, labels.shape[1]], tf.int32),
        ]
    )
    def held(pixels: Any, classes: Any) -> Any:
        beyond = margins(model, pixels, classes, epsilon)
        wrong = beyond - 1e9 * tf.one_hot(classes, beyond.shape[-1])
        return tf.reduce_sum(tf.cast(tf.reduce_max(wrong, axis=-1) < 0, tf.int32), axis=1)

    found = [
        held(pixels, labels[rows].astype(np.int32)).numpy() for rows, pixels in batches(images)
    ]
    return np.concatenate(found).astype(np.int64)
