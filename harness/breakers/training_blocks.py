"""Blocks of a training: the captchas of many steps, read into memory for one compiled call."""

from collections.abc import Callable

import numpy as np

from harness.array_types import Classes, Pixels, Rows, Tensor
from harness.images.labelled import LabelledImages

IMAGES_AT_ONCE = 2048  # read into memory for one call of the compiled loop
# Images [steps, batch, height, width, channels], labels int32 [steps, batch, length] -> summed
# loss, number of right characters.
TrainingLoop = Callable[[Pixels, Classes], tuple[Tensor, Tensor]]


def chunks(order: Rows, batch: int) -> list[Rows]:
    """Cut an order into [steps, batch] blocks of at most IMAGES_AT_ONCE, then one short batch."""
    whole = len(order) // batch * batch
    size = max(1, IMAGES_AT_ONCE // batch) * batch
    blocks = [order[at : min(at + size, whole)].reshape(-1, batch) for at in range(0, whole, size)]
    rest = order[whole:]
    return [*blocks, rest[None]] if len(rest) else blocks


def train_on(steps: TrainingLoop, data: LabelledImages, rows: Rows) -> tuple[float, float]:
    """Train on a block of captchas; gives the summed loss and the number of right characters.

    Args:
        steps: from `compiled_steps`.
        data: training images.
        rows: of them, [steps, batch].
    """
    images = data.images[rows.ravel()]
    labels = data.labels[rows.ravel()].astype(np.int32)
    loss, right = steps(
        images.reshape(*rows.shape, *images.shape[1:]),
        labels.reshape(*rows.shape, labels.shape[1]),
    )
    return float(loss), float(right)
