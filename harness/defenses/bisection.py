"""Certificates by branch and bound: a ball that is too wide for its bounds is cut into boxes."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.backend import batch_of, batches, tf
from harness.defenses.intervals import ball, behind_ramps, margins_in
from harness.progress import Progress, no_progress

SLACK = 1e-4  # of a logit: what is left to float32's rounding, which is no proof against it


@dataclass(frozen=True)
class Certificates:
    """What is certified of each character, bool [n, length] each.

    Attributes:
        at_once: by the bounds of the whole ball.
        held: at once, or by those of all boxes that it was cut into.
        refuted: misread somewhere in its ball, for certain. What is neither held nor refuted is
            open: it took more boxes than it was given.
    """

    at_once: npt.NDArray[np.bool_]
    held: npt.NDArray[np.bool_]
    refuted: npt.NDArray[np.bool_]


def certified(
    model: Any,
    images: npt.NDArray[Any],
    labels: npt.NDArray[np.uint8],
    epsilon: float,
    limit: int = 1,
    progress: Progress = no_progress,
) -> Certificates:
    """Characters that no image within a ball has misread.

    A box whose bounds are too wide is cut in two, at the pixel whose halves promise the narrowest
    ones. A character holds when it holds in every box; it is lost as soon as it is misread in a
    corner of one, and when its captcha would need more boxes than the limit. At most about half as
    many wait at a time, for each captcha of a batch. Whether all characters of a captcha hold does
    not depend on its batch mates; which of them are refuted may.

    Args:
        model: see harness.defenses.intervals.margins.
        images: uint8, uint16 or float32 [n, height, width, channels].
        labels: the right classes, uint8 [n, length].
        epsilon: radius (linf).
        limit: boxes that are bounded for one captcha; 1: its whole ball, and nothing is cut.
        progress: told how far it is.

    Source:
        Wang, Pei, Whitehouse, Yang, Jana 2018 (ReluVal), iterative interval refinement; here
        behind the layers that take each pixel by itself, where a box is still exact.
    """
    search = _Search(model, labels, limit)
    at_once = np.zeros(labels.shape, bool)
    for rows, pixels in batches(images):
        at_once[rows] = search.look(search.whole(rows, pixels, epsilon))
        while search.waiting() >= search.size:
            search.look(search.next())
        progress(rows.stop, len(images), f"bounds within {epsilon:g}")
    while search.waiting():
        search.look(search.next())
    return Certificates(at_once, search.held, search.refuted)


@dataclass(frozen=True)
class _Boxes:
    """Parts of balls.

    Attributes:
        captcha: whose ball each is a part of, [n].
        low: the least values, float32 [n, ...]; high: the greatest.
        asked: characters that the box they were cut from has left open, bool [n, length].
    """

    captcha: npt.NDArray[np.int64]
    low: npt.NDArray[np.float32]
    high: npt.NDArray[np.float32]
    asked: npt.NDArray[np.bool_]

    def at(self, rows: Any) -> "_Boxes":
        """Some of them."""
        return _Boxes(self.captcha[rows], self.low[rows], self.high[rows], self.asked[rows])

    def cut(self, pixels: npt.NDArray[np.int64]) -> "_Boxes":
        """Two of each, which meet in the middle of one pixel's values."""
        two = self.at(np.tile(np.arange(len(pixels)), 2))
        size = int(np.prod(self.low.shape[1:]))
        low, high = two.low.reshape(-1, size), two.high.reshape(-1, size)
        lower, upper = np.split(np.arange(len(low)), 2)
        middle = (low[lower, pixels] + high[lower, pixels]) / 2
        high[lower, pixels] = low[upper, pixels] = middle
        return two


class _Search:
    """Which characters still hold, and the boxes that wait: on a stack, so that few ever do."""

    def __init__(self, model: Any, labels: npt.NDArray[np.uint8], limit: int) -> None:
        """Begin with nothing lost."""
        self.model, self.labels, self.limit = model, labels.astype(np.int32), limit
        self.held, self.refuted = np.ones(labels.shape, bool), np.zeros(labels.shape, bool)
        self.made = np.ones(len(labels), np.int64)
        self.size = batch_of(model.input_shape[1:])
        self._stack: list[_Boxes] = []
        self._bounded: Any = None

    def whole(self, rows: slice, pixels: npt.NDArray[np.float32], epsilon: float) -> _Boxes:
        """Give the balls around some captchas, as the layers behind the ramps see them."""
        begin, low, high = behind_ramps(self.model, *ball(pixels, epsilon))
        self._bounded = self._bounded or _compiled(self.model, begin)
        captcha = np.arange(rows.start, rows.stop)
        return _Boxes(captcha, low.numpy(), high.numpy(), self.held[rows].copy())

    def look(self, boxes: _Boxes) -> npt.NDArray[np.bool_]:
        """Bound some boxes, and cut those that are open; gives what is certified of them."""
        if not len(boxes.captcha):
            return np.empty_like(boxes.asked)
        labels = self.labels[boxes.captcha]
        *told, pixels = self._bounded(boxes.low, boxes.high, labels, boxes.asked)
        wide, misread, better = (np.asarray(each, bool) for each in told)
        np.logical_or.at(self.refuted, boxes.captcha, boxes.asked & misread)
        np.logical_and.at(self.held, boxes.captcha, ~(boxes.asked & misread))
        asked = boxes.asked & wide & self.held[boxes.captcha]
        np.add.at(self.made, boxes.captcha, 2 * asked.any(axis=1))
        lost = asked & ~(better & (self.made[boxes.captcha] <= self.limit))[:, None]
        np.logical_and.at(self.held, boxes.captcha, ~lost)
        asked &= self.held[boxes.captcha]
        going = asked.any(axis=1)
        self._stack.append(replace(boxes, asked=asked).at(going).cut(pixels.numpy()[going]))
        return ~wide

    def waiting(self) -> int:
        """Boxes that wait."""
        return sum(len(boxes.captcha) for boxes in self._stack)

    def next(self) -> _Boxes:
        """Give the boxes that were cut last, without those whose characters are all lost by now."""
        taken, room = [], self.size
        while self._stack and room:
            boxes = self._stack.pop()
            asked = boxes.asked & self.held[boxes.captcha]
            boxes = replace(boxes, asked=asked).at(asked.any(axis=1))
            self._stack += [boxes.at(slice(room, None))] if len(boxes.captcha) > room else []
            taken.append(boxes.at(slice(room)))
            room -= len(taken[-1].captcha)
        parts = zip(*((one.captcha, one.low, one.high, one.asked) for one in taken), strict=True)
        return _Boxes(*(np.concatenate(part) for part in parts))


def _compiled(model: Any, begin: Any) -> Any:
    """A function of boxes, labels and the characters asked for.

    It gives whether each character's bounds are too wide (or no numbers), whether it is misread in
    the corner where the bounds say it is worst, both bool [n, length]; whether a cut promises
    anything, bool [n], and the number of the pixel to cut.
    """
    side = tf.TensorSpec([None, *begin.shape[1:]], tf.float32)
    length = model.output_shape[1]

    @tf.function(  # type: ignore[untyped-decorator] # no types
        input_signature=[
            side,
            side,
            tf.TensorSpec([None, length], tf.int32),
            tf.TensorSpec([None, length], tf.bool),
        ]
    )
    def bounded(low: Any, high: Any, labels: Any, asked: Any) -> tuple[Any, Any, Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch([low, high])
            beyond = margins_in(model, begin, low, high, labels)
            right = tf.one_hot(labels, beyond.shape[-1], on_value=True, off_value=False)
            worst = tf.reduce_max(tf.where(right, -1e9, beyond), axis=-1)
            open_ = tf.where(asked, tf.nn.relu(worst + SLACK), 0.0)
        by_low, by_high = tape.gradient(open_, [low, high])
        promised = tf.reshape((high - low) * (by_high - by_low), [tf.shape(low)[0], -1])
        corner = tf.where(by_low + by_high > 0, high, low)
        there = margins_in(model, begin, corner, corner, labels)
        misread = tf.reduce_any(tf.logical_not(right) & (there > SLACK), axis=-1)
        # A maximum would pass over what is no number.
        wide = tf.logical_not(tf.reduce_all(right | (beyond < -SLACK), axis=-1))
        return wide, misread, tf.reduce_max(promised, axis=1) > 0, tf.argmax(promised, axis=1)

    return bounded
