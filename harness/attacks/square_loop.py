"""The compiled inner loop of square: many queries in one call; misread captchas leave."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from harness.array_types import Floats, Rows, Shape, Tensor
from harness.attacks.balls import per_image
from harness.attacks.batch_state import Best
from harness.attacks.losses import AttackObjective, margin
from harness.attacks.search_state import SearchState
from harness.attacks.signatures import COUNTS, NUMBER, NUMBERS, classes_of, images_of
from harness.backend import compiled, tf
from harness.progress import Progress
from harness.readers import GradientReader
from harness.seeds import child_seed, noise

# Squares are halved in area after that many of 10,000 queries, as published.
HALVED_AFTER = (10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000)
BETWEEN_LOOKS = 50  # queries before captchas that are misread leave the batch


class Candidate(NamedTuple):
    """The images to which squares are added, and how far each is beyond its boundary, [batch]."""

    images: Tensor
    margin: Tensor


class Squares(NamedTuple):
    """The squares of some queries.

    Attributes:
        draws: numbers in [-1, 1) for row, column and the color of each channel, float32 [queries,
            batch, 2 + channels].
        sides: pixels, int32 [queries].
    """

    draws: Tensor
    sides: Tensor


SquareMeasure = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
SquareAsk = Callable[[Tensor, Tensor, Candidate, Best, Squares, Tensor], tuple[Candidate, Best]]


class SquareLoop:
    """Adds random squares to the captchas of a search state that are not yet broken."""

    def __init__(self, state: SearchState) -> None:
        """Prepare the loop."""
        self.state = state
        step, reader = SquareStep(state.objective, state.reader.shape), state.reader
        self._measure, self._ask = state.compiled(
            ("square",), lambda: (compile_measure(step, reader), compile_ask(step, reader))
        )

    def search(
        self, epsilon: float, queries: int, share: float, seed: int, progress: Progress
    ) -> None:
        """Spend queries on each captcha, and keep what is more wrong.

        Args:
            epsilon: radius of the linf ball.
            queries: of each captcha, at most.
            share: of the pixels in the first square.
            seed: image i draws from (seed, i, number of the look) alone.
            progress: told how many queries are spent.
        """
        state = self.state
        rows = state.unbroken()
        now = self._stripes(rows, epsilon, seed)
        asked = 1
        while asked < queries:
            stay = state.still_right(rows)
            rows, now = rows[stay], Candidate(now.images[stay], now.margin[stay])
            if not len(rows):
                break
            count = min(BETWEEN_LOOKS, queries - asked)
            sides = [self.side(asked + number, queries, share) for number in range(count)]
            size = (count, 2 + state.clean.shape[-1])
            draws = noise(child_seed(seed, "squares", asked), rows, size)
            self._ask_all(rows, now, Squares(draws, np.array(sides, np.int32)), epsilon)
            asked += count
            progress(asked, queries)

    def side(self, asked: int, queries: int, share: float) -> int:
        """Give the pixels of a square's side after `asked` of all queries."""
        scaled = asked * 10_000 / queries
        share *= 0.5 ** float(sum(scaled > after for after in HALVED_AFTER))
        height, width = self.state.clean.shape[1:3]
        side: int = round(math.sqrt(share * height * width))
        return max(1, min(int(height), int(width), side))

    def _stripes(self, rows: Rows, epsilon: float, seed: int) -> Candidate:
        """Begin as published, with vertical stripes at the ends of the ball."""
        state = self.state
        _height, width, channels = state.clean.shape[1:]
        stripes = np.sign(noise(child_seed(seed, "stripes"), rows, (1, width, channels)))
        moved = state.clean[rows] + np.float32(epsilon) * stripes
        images = np.clip(moved, 0, 1).astype(np.float32)
        beyond = np.empty(len(rows), np.float32)
        for block, padded in state.batches(len(rows)):
            size = block.stop - block.start
            resisting, margins = self._measure(images[padded], state.labels[rows[padded]])
            beyond[block] = margins.numpy()[:size]
            state.keep(rows[block], images[block], resisting.numpy()[:size])
        return Candidate(images, beyond)

    def _ask_all(self, rows: Rows, now: Candidate, squares: Squares, epsilon: float) -> None:
        """Ask for some squares in all batches; the candidates go on in place."""
        state = self.state
        for block, padded in state.batches(len(rows)):
            captchas, size = rows[padded], block.stop - block.start
            draws: Floats = np.moveaxis(squares.draws[padded], 1, 0)
            candidate, best = self._ask(
                state.clean[captchas],
                state.labels[captchas],
                Candidate(now.images[padded], now.margin[padded]),
                state.best_of(captchas),
                Squares(draws, squares.sides),
                np.float32(epsilon),
            )
            state.replace_best(rows[block], best)
            now.images[block] = candidate.images.numpy()[:size]
            now.margin[block] = candidate.margin.numpy()[:size]


@dataclass(frozen=True)
class SquareStep:
    """One query of the square attack.

    Attributes:
        objective: what the attack wants of the breaker.
        shape: of one image: height, width, channels.
    """

    objective: AttackObjective
    shape: Shape

    def measure(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Count resisting characters, and measure how near the goal is: it is reached from 0 on."""
        objective = self.objective
        logits = objective.logits(images)
        resisting = objective.resisting(labels, logits)
        margins = -margin(labels, logits) if objective.towards else margin(labels, logits)
        if objective.goal == "any":
            return resisting, tf.reduce_max(margins, axis=1)
        return resisting, tf.reduce_sum(tf.minimum(margins, 0.0), axis=1)

    def square(self, draw: Tensor, side: Tensor) -> Tensor:
        """Tell which pixels lie in each captcha's square, bool [batch, height, width, 1]."""
        height, width, _channels = self.shape
        down, across = tf.range(height)[None, :, None, None], tf.range(width)[None, None, :, None]
        top, left = self._first(draw[:, 0], height, side), self._first(draw[:, 1], width, side)
        return (down >= top) & (down < top + side) & (across >= left) & (across < left + side)

    def add(
        self, clean: Tensor, images: Tensor, draw: Tensor, side: Tensor, epsilon: Tensor
    ) -> Tensor:
        """Put a square on each image: each channel at one end of the ball."""
        ends = clean + epsilon * tf.sign(draw[:, None, None, 2:])
        return tf.where(self.square(draw, side), tf.clip_by_value(ends, 0.0, 1.0), images)

    @staticmethod
    def _first(draw: Tensor, size: int, side: Tensor) -> Tensor:
        """Choose the first row or column of a square by a number in [-1, 1)."""
        choices = tf.cast(size - side + 1, tf.float32)
        return per_image(tf.cast((draw + 1) / 2 * choices, tf.int32))


def compile_measure(step: SquareStep, reader: GradientReader) -> SquareMeasure:
    """Compile the look at the images where a search begins."""
    return compiled(images_of(reader), classes_of(reader))(step.measure)


def compile_ask(step: SquareStep, reader: GradientReader) -> SquareAsk:
    """Compile the loop of some queries for the images of a reader."""
    image, draws = images_of(reader), tf.TensorSpec([None, None, 2 + step.shape[-1]])

    @compiled(
        image, classes_of(reader), Candidate(image, NUMBERS), Best(image, COUNTS),
        Squares(draws, COUNTS), NUMBER,
    )  # fmt: skip
    def ask(
        clean: Tensor,
        labels: Tensor,
        now: Candidate,
        best: Best,
        squares: Squares,
        epsilon: Tensor,
    ) -> tuple[Candidate, Best]:
        for query in tf.range(tf.shape(squares.sides)[0]):
            draw, side = squares.draws[query], squares.sides[query]
            tried = step.add(clean, now.images, draw, side, epsilon)
            count, margins = step.measure(tried, labels)
            best = best.improved(tried, count, count < best.resisting)
            nearer = margins > now.margin
            now = Candidate(
                tf.where(per_image(nearer), tried, now.images), tf.maximum(margins, now.margin)
            )
        return now, best

    return ask
