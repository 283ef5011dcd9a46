"""Attention that counts: it looks for the n-th character where n of them have been passed."""

import math
from typing import Any

import numpy as np

from harness.backend import keras

SPREAD = 0.4  # of a look around its place, in characters, standard deviation


class Queries(keras.layers.Layer):  # type: ignore[misc] # keras carries no types
    """Columns [batch, columns, n] become one row of features for each character.

    Each column says how much of a character it is; the sum from the left tells which character has
    been reached, wherever it stands and however wide the ones before it are. The n-th query looks
    where the sum is n - 1/2, and likes some columns better than others. At the start all columns
    count alike, as if the characters were equally wide.
    """

    def __init__(self, length: int, **named: Any) -> None:
        """Make `length` queries."""
        # Sums over many columns are taken in float32, whatever the precision around them.
        super().__init__(autocast=False, **named)
        self.length = length

    def build(self, shape: tuple[int, ...]) -> None:
        """Make what counts, keys, and queries."""
        columns, size = shape[1], shape[2]
        even = math.log(math.expm1(self.length / columns))  # softplus of it is an equal share
        self.counts = self.add_weight(shape=(size,), initializer="zeros", name="counts")
        self.level = self.add_weight(
            shape=(), initializer=keras.initializers.Constant(even), name="level"
        )
        self.key = self.add_weight(shape=(size, size // 2), name="key")
        self.query = self.add_weight(
            shape=(self.length, size // 2), initializer="zeros", name="query"
        )

    def call(self, columns: Any) -> Any:
        """[batch, columns, n] -> [batch, length, n]."""
        ops = keras.ops
        values = ops.cast(columns, "float32")
        share = ops.softplus(ops.einsum("bcn,n->bc", values, self.counts) + self.level)
        place = ops.cumsum(share, axis=1) - share / 2
        wanted = np.arange(self.length, dtype=np.float32)[:, None] + 0.5
        away = (place[:, None, :] - wanted) / SPREAD
        liked = ops.einsum("bcn,nk,lk->blc", values, self.key, self.query)
        look = ops.softmax(liked / math.sqrt(self.query.shape[1]) - away * away / 2, axis=-1)
        return ops.cast(ops.einsum("blc,bcn->bln", look, values), columns.dtype)
