"""What attacks have reached so far: the most wrong image of each captcha, and who is left."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.attacks.attack import Goal, sixteen_bit
from harness.backend import as_float, batch_of
from harness.options import Norm
from harness.seeds import child_seed, noise

SMALLEST_BATCH, BATCHES_APART = 16, 32

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


class Standing:
    """The best perturbed image so far of each captcha; what several attacks can better in turn.

    Attributes:
        given: the clean images, uint8 [n, height, width, channels].
        clean: the same, float32 in [0, 1].
        labels: the right classes, or the targets, int32 [n, length].
        towards: whether the labels are targets.
        best: the most wrong images, float32, as `clean`.
        resisting: characters of `best` that are not yet wrong, or not yet the target's, int32 [n].
        gradients: image-gradients spent so far.
        moved: whether a search has left the clean images.
    """

    def __init__(
        self,
        reader: Any,
        clean: npt.NDArray[Any],
        labels: npt.NDArray[Any],
        norm: Norm,
        goal: Goal = "all",
        swift: bool = False,
        towards: bool = False,
    ) -> None:
        """Start at the clean images.

        Args:
            reader: harness.breakers.reader.Reader.
            clean: uint8 [n, height, width, channels].
            labels: the right classes, or the targets, integers [n, length].
            norm: of the ball.
            goal: whether all characters are to be wrong, or any.
            swift: attack in bfloat16, where the reader has a model for it.
            towards: the labels are targets.
        """
        self.reader, self.norm, self.goal, self.towards = reader, norm, goal, towards
        self.swift = swift and getattr(reader, "swift", None) is not None
        self.logits = reader.swift_logits if self.swift else reader.logits
        self.given, self.clean, self.labels = clean, as_float(clean), labels.astype(np.int32)
        self.done_at = 0 if goal == "all" else labels.shape[1] - 1
        self.batch = batch_of(reader.shape)
        self.gradients = 0
        self._ranked: npt.NDArray[np.uint8] | None = None
        self.forget()

    def forget(self) -> None:
        """Go back to the clean images."""
        self.best = self.clean.copy()
        self.resisting = np.full(len(self.clean), self.labels.shape[1], np.int32)
        self.moved = False
        self._confirmed = np.zeros(len(self.clean), bool)  # broken, as they will be stored

    def left(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Which of the rows are not as wrong as the goal has it, [len(rows)].

        Those that seem to be are read again, once, in float32 and as they will be stored: rounded
        to 16 bits, what stood on the very boundary may be read right again.
        """
        seem = rows[(self.resisting[rows] <= self.done_at) & ~self._confirmed[rows]]
        if len(seem):
            self.best[seem] = as_float(sixteen_bit(self.given[seem], self.best[seem]))
            self.resisting[seem] = self.count(seem, self.best[seem])
            self._confirmed[seem] = self.resisting[seem] <= self.done_at
        stay: npt.NDArray[np.bool_] = self.resisting[rows] > self.done_at
        return stay

    def unbroken(self) -> Rows:
        """Captchas that are not as wrong as the goal has it."""
        rows = np.arange(len(self.resisting))
        return rows[self.left(rows)]

    def ranked_wrong(self) -> npt.NDArray[np.uint8]:
        """For each character of each clean image, the wrong classes, the most likely one first.

        uint8 [n, length, classes - 1]; read once.
        """
        if self._ranked is None:
            found = []
            for block, take in self.blocks(len(self.clean)):
                logits = self.reader.logits(self.clean[take]).numpy()[: block.stop - block.start]
                right = self.labels[block][..., None]
                np.put_along_axis(logits, right, -np.inf, axis=-1)
                found.append(np.argsort(-logits, axis=-1, kind="stable")[..., :-1])
            self._ranked = np.concatenate(found).astype(np.uint8)
        return self._ranked

    def take(self, rows: Rows, images: Floats) -> None:
        """Read these images, and keep those that are more wrong than what there is."""
        self.keep(rows, images, self.count(rows, images))

    def count(self, rows: Rows, images: Floats) -> npt.NDArray[np.int32]:
        """Characters that resist, int32 [len(rows)], of these images of these captchas."""
        same = self.reader.read(images) == self.labels[rows]
        return np.asarray((same != self.towards).sum(axis=1), np.int32)

    def keep(self, rows: Rows, images: Floats, resisting: npt.NDArray[np.int32]) -> None:
        """Keep images in which fewer characters [len(rows)] resist than in what there is."""
        better = resisting < self.resisting[rows]
        self.best[rows[better]], self.resisting[rows[better]] = images[better], resisting[better]

    def starts(self, rows: Rows, epsilon: float, *seed: int | str) -> Floats:
        """Random points of the ball: uniform per pixel (linf), on the sphere (l2).

        Image i draws from (seed, i) alone.
        """
        shape = self.clean.shape[1:]
        draw = noise(child_seed(*seed), rows, shape, normal=self.norm == "l2")
        if self.norm == "l2":
            draw = draw / np.sqrt(np.square(draw).sum(axis=(1, 2, 3), keepdims=True))
        points: Floats = np.clip(self.clean[rows] + np.float32(epsilon) * draw, 0, 1)
        return points

    def blocks(self, count: int) -> Iterator[tuple[slice, Rows]]:
        """Cut `count` rows into batches, the last with rows that pad it to one of a few sizes.

        Each size has kernels to prepare, and each row of padding is work for nothing.
        """
        for at in range(0, count, self.batch):
            some = np.arange(at, min(at + self.batch, count))
            padded = -(-len(some) // BATCHES_APART) * BATCHES_APART
            size = SMALLEST_BATCH if len(some) <= SMALLEST_BATCH else min(padded, self.batch)
            yield slice(at, at + len(some)), np.resize(some, size)

    def trace(self, words: tuple[Any, ...], make: Any) -> Any:
        """The compiled function of `words` for this reader, made by `make()` on the first call.

        Tracing takes as long as thousands of gradients.
        """
        traces = self.reader.__dict__.setdefault("traces", {})
        key = (self.norm, self.goal, self.swift, self.towards, *words)
        if key not in traces:
            traces[key] = make()
        return traces[key]
