"""A differentiable score of how unusual a sign is among clean captchas."""

from dataclasses import dataclass

import numpy as np

from harness.array_types import Floats, Tensor
from harness.backend import tf

# Shares of clean captchas with a stranger sign, from one half to one in a thousand.
SHARES = (0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002, 0.001)
NARROW = 1e-6  # of two equal quantiles


@dataclass(frozen=True)
class SignScore:
    """The signs of clean captchas.

    Attributes:
        quantiles: float32 [len(SHARES), signs]; that share of the clean captchas lies above each.
    """

    quantiles: Floats

    @classmethod
    def of(cls, signs: Floats) -> "SignScore":
        """Learn from the signs of clean captchas, [n, signs]."""
        quantiles = np.quantile(signs, [1 - share for share in SHARES], axis=0).astype(np.float32)
        steps = np.arange(len(SHARES), dtype=np.float32)[:, None] * NARROW
        return cls(np.maximum.accumulate(quantiles, axis=0) + steps)

    def score(self, signs: Tensor) -> Tensor:
        """Score images [batch] by their strangest sign: -log of the share of clean captchas there.

        Between the quantiles it rises in straight lines, and beyond the last one further.
        """
        rarity = -np.log(np.array(SHARES, np.float32))
        low, high = self.quantiles[:-1], self.quantiles[1:]
        slope = np.diff(rarity)[:, None] / (high - low)
        room = high - low
        # Beyond what was ever seen, as steeply as from the median to there.
        last = (rarity[-1] - rarity[0]) / (self.quantiles[-1] - self.quantiles[0])
        above = tf.clip_by_value(signs[:, None, :] - low, 0.0, room)
        beyond = tf.nn.relu(signs - self.quantiles[-1]) * last
        rarities = rarity[0] + tf.reduce_sum(above * slope, axis=1) + beyond
        below = tf.minimum(signs - self.quantiles[0], 0.0) * last  # still ordered below the median
        return tf.reduce_max(rarities + below, axis=-1)
