"""The loop below square: many queries in one compiled call, captchas that are misread leave."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.attacks.losses import margin, resisting
from harness.attacks.standing import Floats, Rows, Standing
from harness.backend import tf
from harness.progress import Progress
from harness.seeds import child_seed, noise

# Squares are halved in area after so many of 10,000 queries, as published.
HALVED_AFTER = (10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000)
BETWEEN_LOOKS = 50  # queries before captchas that are misread leave the batch


class Squares:
    """Random squares on the captchas of a standing that are still right."""

    def __init__(self, standing: Standing) -> None:
        """Begin."""
        self.standing = standing
        self._measure, self._ask = standing.trace(("squares",), self._traced)

    def search(
        self, epsilon: float, queries: int, share: float, seed: int, progress: Progress
    ) -> None:
        """Spend queries on each captcha, and keep what is more wrong.

        Args:
            epsilon: radius of the linf ball.
            queries: of each captcha, at most.
            share: of the pixels in the first square.
            seed: image i draws from (seed, i, number of the look) alone.
            watch: told of queries.
        """
        standing = self.standing
        rows = standing.unbroken()
        _height, width, channels = standing.clean.shape[1:]
        # The published start: vertical stripes at the ends of the ball.
        stripes = np.sign(noise(child_seed(seed, "stripes"), rows, (1, width, channels)))
        now = np.clip(standing.clean[rows] + np.float32(epsilon) * stripes, 0, 1).astype(np.float32)
        reached = np.empty(len(rows), np.float32)
        for block, take in standing.blocks(len(rows)):
            size = block.stop - block.start
            resist, each = self._measure(now[take], standing.labels[rows[take]])
            reached[block] = each.numpy()[:size]
            standing.keep(rows[block], now[block], resist.numpy()[:size])
        asked = 1
        while asked < queries:
            stay = standing.left(rows)
            rows, now, reached = rows[stay], now[stay], reached[stay]
            if not len(rows):
                break
            some = min(BETWEEN_LOOKS, queries - asked)
            sides = np.array([self.side(asked + n, queries, share) for n in range(some)], np.int32)
            draws = noise(child_seed(seed, "squares", asked), rows, (some, 2 + channels))
            for block, take in standing.blocks(len(rows)):
                self._ask_batch(rows, now, reached, block, take, draws, sides, epsilon)
            asked += some
            progress(asked, queries)

    def side(self, asked: int, queries: int, share: float) -> int:
        """Pixels of a square's side after so many queries."""
        scaled = asked * 10_000 / queries
        share *= 0.5 ** float(sum(scaled > after for after in HALVED_AFTER))
        height, width = self.standing.clean.shape[1:3]
        side: int = round(math.sqrt(share * height * width))
        return max(1, min(int(height), int(width), side))

    def _ask_batch(
        self,
        rows: Rows,
        now: Floats,
        reached: npt.NDArray[np.float32],
        block: slice,
        take: Rows,
        draws: Floats,
        sides: npt.NDArray[np.int32],
        epsilon: float,
    ) -> None:
        """Give one compiled call; changes `now` and `reached` in place."""
        standing, padded, own = self.standing, rows[take], rows[block]
        found = self._ask(
            standing.clean[padded], now[take], reached[take], standing.labels[padded],
            standing.best[padded], standing.resisting[padded],
            np.moveaxis(draws[take], 1, 0), sides, np.float32(epsilon),
        )  # fmt: skip
        images, each, best, resist = (value.numpy()[: len(own)] for value in found)
        now[block], reached[block] = images, each
        standing.best[own], standing.resisting[own] = best, resist

    def _traced(self) -> tuple[Any, Any]:
        standing = self.standing
        reader, goal, towards = standing.reader, standing.goal, standing.towards
        height, width, channels = reader.shape

        def measured(images: Any, labels: Any) -> tuple[Any, Any]:
            """Characters that resist, and how near the goal is: from 0 on it is reached."""
            logits = standing.logits(images)
            resist = resisting(labels, logits, towards)
            each = -margin(labels, logits) if towards else margin(labels, logits)
            if goal == "any":
                return resist, tf.reduce_max(each, axis=1)
            return resist, tf.reduce_sum(tf.minimum(each, 0.0), axis=1)

        image = tf.TensorSpec([None, *reader.shape], tf.float32)
        classes = tf.TensorSpec([None, reader.length], tf.int32)
        number, count = tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.int32)
        draws, scalar = tf.TensorSpec([None, None, 2 + channels]), tf.TensorSpec([], tf.float32)
        down, across = tf.range(height)[None, :, None, None], tf.range(width)[None, None, :, None]

        def window(draw: Any, size: int, side: Any) -> Any:
            """First row or column of a square, from a number in [-1, 1)."""
            places = tf.cast(size - side + 1, tf.float32)
            return tf.cast((draw + 1) / 2 * places, tf.int32)[:, None, None, None]

        @tf.function(  # type: ignore[untyped-decorator] # no types
            input_signature=[image, image, number, classes, image, count, draws, count, scalar]
        )
        def asked(
            clean: Any, now: Any, reached: Any, labels: Any, best: Any, resist: Any,
            draws: Any, sides: Any, epsilon: Any,
        ) -> Any:  # fmt: skip
            for query in tf.range(tf.shape(sides)[0]):
                side, draw = sides[query], draws[query]
                top, left = window(draw[:, 0], height, side), window(draw[:, 1], width, side)
                inside = (
                    (down >= top) & (down < top + side) & (across >= left) & (across < left + side)
                )
                ends = clean + epsilon * tf.sign(draw[:, None, None, 2:])
                tried = tf.where(inside, tf.clip_by_value(ends, 0.0, 1.0), now)
                count, each = measured(tried, labels)
                fewer = (count < resist)[:, None, None, None]
                best, resist = tf.where(fewer, tried, best), tf.minimum(count, resist)
                nearer = each > reached
                now = tf.where(nearer[:, None, None, None], tried, now)
                reached = tf.maximum(each, reached)
            return now, reached, best, resist

        return tf.function(measured, input_signature=[image, classes]), asked
