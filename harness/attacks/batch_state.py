"""The state of a batch in the compiled attack loops."""

from typing import NamedTuple

from harness.array_types import Tensor
from harness.attacks.balls import per_image
from harness.backend import tf


class Best(NamedTuple):
    """The most wrong images of a batch so far.

    Attributes:
        images: float32 [batch, height, width, channels].
        resisting: characters of each that are not yet as the attack wants them, int32 [batch].
    """

    images: Tensor
    resisting: Tensor

    def improved(self, images: Tensor, resisting: Tensor, wins: Tensor) -> "Best":
        """Take other images where they win, bool [batch]."""
        return Best(
            tf.where(per_image(wins), images, self.images),
            tf.where(wins, resisting, self.resisting),
        )


class Nearest(NamedTuple):
    """The nearest misread images of a batch so far.

    Attributes:
        images: float32 [batch, height, width, channels].
        distance: from the clean ones, float32 [batch]; infinite where none is known.
    """

    images: Tensor
    distance: Tensor

    def nearer(self, images: Tensor, distance: Tensor) -> "Nearest":
        """Take other images where their distance is smaller."""
        closer = per_image(distance < self.distance)
        return Nearest(tf.where(closer, images, self.images), tf.minimum(distance, self.distance))


class TargetedBatch(NamedTuple):
    """What stays the same for a batch.

    Attributes:
        clean: float32 [batch, height, width, channels] in [0, 1].
        labels: the right classes, int32 [batch, length].
        targets: the classes to go to, likewise.
    """

    clean: Tensor
    labels: Tensor
    targets: Tensor
