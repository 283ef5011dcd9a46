"""Attention with one learned query for each character: where to look, and what is there."""

import math
from typing import Any

import numpy as np

from harness.backend import keras

WIDTH = 0.08  # of the image: spread of the first look, standard deviation


class Queries(keras.layers.Layer):  # type: ignore[misc] # keras carries no types
    """Columns [batch, columns, n] become one row of features for each character.

    Each query adds what it likes in a column and where it expects its character; at the start
    only the latter counts, with the characters equally spaced.
    """

    def __init__(self, length: int, **named: Any) -> None:
        """Make `length` queries."""
        super().__init__(**named)
        self.length = length

    def build(self, shape: tuple[int, ...]) -> None:
        """Make keys, queries, and the table of expected places."""
        columns, size = shape[1], shape[2]
        center = (np.arange(self.length) + 0.5) / self.length
        at = (np.arange(columns) + 0.5) / columns
        away = (at[None] - center[:, None]) / WIDTH
        self.expected = self.add_weight(
            shape=away.shape,
            initializer=lambda _shape, dtype=None: keras.ops.cast(-away * away / 2, dtype),
            name="expected",
        )
        self.key = self.add_weight(shape=(size, size // 2), name="key")
        self.query = self.add_weight(
            shape=(self.length, size // 2), initializer="zeros", name="query"
        )

    def call(self, columns: Any) -> Any:
        """[batch, columns, n] -> [batch, length, n]."""
        ops = keras.ops
        liked = ops.einsum("bcn,nk,lk->blc", columns, self.key, self.query)
        look = ops.softmax(self.expected + liked / math.sqrt(self.query.shape[1]), axis=-1)
        return ops.einsum("blc,bcn->bln", look, columns)
