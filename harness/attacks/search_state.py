"""How far a search for adversarial images has come: the most wrong image of each captcha."""

from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from harness.array_types import Classes, Floats, Labels, Mask, Pixels, Rows
from harness.attacks.attack import Goal, sixteen_bit
from harness.attacks.batch_state import Best
from harness.attacks.losses import AttackObjective
from harness.backend import as_float, batch_of
from harness.options import Norm
from harness.readers import GradientReader
from harness.seeds import child_seed, noise

SMALLEST_BATCH, BATCHES_APART = 16, 32

Counts = npt.NDArray[np.int32]
T = TypeVar("T")


class SearchState:
    """The best perturbed image so far of each captcha; several attacks improve it in turn.

    Attributes:
        clean: the clean images, float32 [n, height, width, channels] in [0, 1].
        labels: the right classes, or the targets, int32 [n, length].
        objective: the breaker's logits, the norm, the goal, and whether labels are targets.
        best: the most wrong images, float32, as `clean`.
        resisting: characters of `best` that are not yet wrong, or not yet the target's, int32 [n].
        broken_at: a captcha is broken when at most that many of its characters resist.
        gradients: image-gradients spent so far.
        moved: whether a search has left the clean images.
    """

    def __init__(
        self,
        reader: GradientReader,
        clean: Pixels,
        labels: Labels | Classes,
        norm: Norm,
        goal: Goal = "all",
        swift: bool = False,
        towards: bool = False,
    ) -> None:
        """Start at the clean images.

        Args:
            reader: the breaker under attack.
            clean: uint8 [n, height, width, channels], or float32 in [0, 1].
            labels: the right classes, or the targets, integers [n, length].
            norm: of the ball.
            goal: whether all characters are to be wrong, or any.
            swift: attack in bfloat16, where the reader has a model for it.
            towards: the labels are targets.
        """
        self.reader = reader
        self.swift = swift and reader.swift is not None
        logits = reader.swift_logits if self.swift else reader.logits
        self.objective = AttackObjective(logits, norm, goal, towards)
        self._given = clean
        self.clean = as_float(clean)
        self.labels: Classes = labels.astype(np.int32)
        self.broken_at = 0 if goal == "all" else labels.shape[1] - 1
        self.batch = batch_of(reader.shape)
        self.gradients = 0
        self._ranked: Labels | None = None
        self.reset()

    def reset(self) -> None:
        """Go back to the clean images."""
        self.best = self.clean.copy()
        self.resisting: Counts = np.full(len(self.clean), self.labels.shape[1], np.int32)
        self.moved = False
        self._confirmed = np.zeros(len(self.clean), bool)  # broken, as they will be stored

    def still_right(self, rows: Rows) -> Mask:
        """Tell which of the rows are not yet broken, bool [len(rows)].

        Those that seem broken are read again, once, in float32 and as they will be stored: rounded
        to 16 bits, what stood on the very boundary may be read right again.
        """
        seem = rows[(self.resisting[rows] <= self.broken_at) & ~self._confirmed[rows]]
        if len(seem):
            self.best[seem] = as_float(sixteen_bit(self._given[seem], self.best[seem]))
            self.resisting[seem] = self.count_resisting(seem, self.best[seem])
            self._confirmed[seem] = self.resisting[seem] <= self.broken_at
        stay: Mask = self.resisting[rows] > self.broken_at
        return stay

    def unbroken(self) -> Rows:
        """Give the captchas that are not yet broken."""
        rows = np.arange(len(self.resisting))
        return rows[self.still_right(rows)]

    def ranked_wrong(self) -> Labels:
        """Rank the wrong classes of each character of each clean image, the most likely one first.

        uint16 [n, length, classes - 1]; read once.
        """
        if self._ranked is None:
            ranked = []
            for block, padded in self.batches(len(self.clean)):
                logits = self.reader.logits(self.clean[padded]).numpy()[: block.stop - block.start]
                right = self.labels[block][..., None]
                np.put_along_axis(logits, right, -np.inf, axis=-1)
                ranked.append(np.argsort(-logits, axis=-1, kind="stable")[..., :-1])
            self._ranked = np.concatenate(ranked).astype(np.uint16)
        return self._ranked

    def accept(self, rows: Rows, images: Floats) -> None:
        """Read images of some captchas, and keep those that are more wrong than the best so far."""
        self.keep(rows, images, self.count_resisting(rows, images))

    def count_resisting(self, rows: Rows, images: Floats) -> Counts:
        """Count the characters that resist in images of some captchas, int32 [len(rows)]."""
        same = self.reader.read(images) == self.labels[rows]
        return np.asarray((same != self.objective.towards).sum(axis=1), np.int32)

    def keep(self, rows: Rows, images: Floats, resisting: Counts) -> None:
        """Keep images in which fewer characters [len(rows)] resist than in the best so far."""
        fewer = resisting < self.resisting[rows]
        self.best[rows[fewer]], self.resisting[rows[fewer]] = images[fewer], resisting[fewer]

    def best_of(self, rows: Rows) -> Best:
        """Give the best images so far of some captchas."""
        return Best(self.best[rows], self.resisting[rows])

    def replace_best(self, rows: Rows, best: Best) -> None:
        """Put back what a compiled loop made of `best_of`; rows of padding are left out."""
        self.best[rows] = best.images.numpy()[: len(rows)]
        self.resisting[rows] = best.resisting.numpy()[: len(rows)]

    def random_starts(self, rows: Rows, epsilon: float, *seed: int | str) -> Floats:
        """Draw a point of each captcha's ball: uniform per pixel (linf), on the sphere (l2).

        Image i draws from (seed, i) alone.
        """
        shape, normal = self.clean.shape[1:], self.objective.norm == "l2"
        draw = noise(child_seed(*seed), rows, shape, normal=normal)
        if normal:
            draw = draw / np.sqrt(np.square(draw).sum(axis=(1, 2, 3), keepdims=True))
        points: Floats = np.clip(self.clean[rows] + np.float32(epsilon) * draw, 0, 1)
        return points

    def batches(self, count: int) -> Iterator[tuple[slice, Rows]]:
        """Cut `count` rows into batches, the last with rows that pad it to one of a few sizes.

        Each size has kernels to prepare, and each row of padding is work for nothing.

        Yields:
            The rows of each batch as a slice, and their numbers with the padding behind them.
        """
        for at in range(0, count, self.batch):
            rows = np.arange(at, min(at + self.batch, count))
            padded = -(-len(rows) // BATCHES_APART) * BATCHES_APART
            size = SMALLEST_BATCH if len(rows) <= SMALLEST_BATCH else min(padded, self.batch)
            yield slice(at, at + len(rows)), np.resize(rows, size)

    def compiled(self, key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
        """Give a loop that is compiled once for this reader, this objective and a key."""
        norm, goal, towards = self.objective.norm, self.objective.goal, self.objective.towards
        return self.reader.compiled((norm, goal, self.swift, towards, *key), make)
