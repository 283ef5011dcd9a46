"""Attention whose position is a running count of characters."""

import math

import numpy as np

from harness.array_types import Tensor
from harness.backend import keras

SPREAD = 0.4  # standard deviation of the attention around its position, in characters


class Queries(keras.layers.Layer):  # type: ignore[misc] # keras carries no types
    """Attention with one query for each character: columns become a row of features for each.

    Each column gets a share of a character; the sum of shares from the left tells which character
    has been reached, wherever it is and however wide the ones before it are. The n-th query attends
    where the sum is n - 1/2, and learns which columns there it prefers. At the start all columns
    have the same share, as if the characters were equally wide.
    """

    def __init__(self, length: int) -> None:
        """Take the number of characters, for each of which there is a query."""
        # Sums over many columns are taken in float32, whatever the precision around them.
        super().__init__(autocast=False)
        self.length = length

    def build(self, shape: tuple[int, ...]) -> None:
        """Add the weights: of a column's share, and of keys and queries."""
        columns, size = shape[1], shape[2]
        even = math.log(math.expm1(self.length / columns))  # its softplus is an equal share
        self.counts = self.add_weight(shape=(size,), initializer="zeros", name="counts")
        self.level = self.add_weight(
            shape=(), initializer=keras.initializers.Constant(even), name="level"
        )
        self.key = self.add_weight(shape=(size, size // 2), name="key")
        self.query = self.add_weight(
            shape=(self.length, size // 2), initializer="zeros", name="query"
        )

    def call(self, columns: Tensor) -> Tensor:
        """Turn columns [batch, columns, n] into one row for each character, [batch, length, n]."""
        ops = keras.ops
        values = ops.cast(columns, "float32")
        share = ops.softplus(ops.einsum("bcn,n->bc", values, self.counts) + self.level)
        position = ops.cumsum(share, axis=1) - share / 2
        wanted = np.arange(self.length, dtype=np.float32)[:, None] + 0.5
        away = (position[:, None, :] - wanted) / SPREAD
        liked = ops.einsum("bcn,nk,lk->blc", values, self.key, self.query)
        look = ops.softmax(liked / math.sqrt(self.query.shape[1]) - away * away / 2, axis=-1)
        return ops.cast(ops.einsum("blc,bcn->bln", look, values), columns.dtype)
