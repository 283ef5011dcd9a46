"""Certificates by branch and bound: a ball that is too wide for its bounds is cut into boxes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from harness.array_types import Floats, KerasModel, Labels, Mask, Pixels, Rows, Tensor
from harness.backend import batch_of, batches, compiled, tf
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

    at_once: Mask
    held: Mask
    refuted: Mask


def certify_characters(
    model: KerasModel,
    images: Pixels,
    labels: Labels,
    epsilon: float,
    limit: int = 1,
    progress: Progress = no_progress,
) -> Certificates:
    """Certify characters that no image within a ball has misread.

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
    search = _BranchAndBound(model, labels, limit)
    at_once = np.zeros(labels.shape, bool)
    for rows, pixels in batches(images):
        at_once[rows] = search.bound(search.whole(rows, pixels, epsilon))
        while search.waiting() >= search.size:
            search.bound(search.next())
        progress(rows.stop, len(images), f"bounds within {epsilon:g}")
    while search.waiting():
        search.bound(search.next())
    return Certificates(at_once, search.held, search.refuted)


@dataclass(frozen=True)
class _Boxes:
    """Parts of balls.

    Attributes:
        captcha: whose ball each is a part of, [n].
        low: the least values, float32 [n, ...]; high: the greatest.
        unsettled: characters that the box they were cut from has left open, bool [n, length].
    """

    captcha: Rows
    low: Floats
    high: Floats
    unsettled: Mask

    def at(self, rows: Rows | Mask | slice) -> "_Boxes":
        """Take some of the boxes."""
        return _Boxes(self.captcha[rows], self.low[rows], self.high[rows], self.unsettled[rows])

    def cut(self, pixels: Rows) -> "_Boxes":
        """Cut each box in two, in the middle of one pixel's values."""
        two = self.at(np.tile(np.arange(len(pixels)), 2))
        size = int(np.prod(self.low.shape[1:]))
        low, high = two.low.reshape(-1, size), two.high.reshape(-1, size)
        lower, upper = np.split(np.arange(len(low)), 2)
        middle = (low[lower, pixels] + high[lower, pixels]) / 2
        high[lower, pixels] = low[upper, pixels] = middle
        return two


class _BranchAndBound:
    """Which characters still hold, and the boxes that wait: on a stack, so that few ever do.

    Attributes:
        held: characters that hold in all boxes so far, bool [n, length]; refuted: misread in one.
        boxes: how many each captcha has needed so far, [n].
    """

    def __init__(self, model: KerasModel, labels: Labels, limit: int) -> None:
        """Begin with nothing lost."""
        self.model, self.labels, self.limit = model, labels.astype(np.int32), limit
        self.held, self.refuted = np.ones(labels.shape, bool), np.zeros(labels.shape, bool)
        self.boxes = np.ones(len(labels), np.int64)
        self.size = batch_of(model.input_shape[1:])
        self._stack: list[_Boxes] = []
        self._compiled: Bound | None = None

    def whole(self, rows: slice, pixels: Floats, epsilon: float) -> _Boxes:
        """Give the balls around some captchas, as the layers behind the ramps see them."""
        begin, low, high = behind_ramps(self.model, *ball(pixels, epsilon))
        self._compiled = self._compiled or _compile_bound(self.model, begin)
        captcha = np.arange(rows.start, rows.stop)
        return _Boxes(captcha, low.numpy(), high.numpy(), self.held[rows].copy())

    def bound(self, boxes: _Boxes) -> Mask:
        """Bound some boxes, and cut those that are open; gives what is certified of them."""
        captcha, unsettled = boxes.captcha, boxes.unsettled
        if not len(captcha) or self._compiled is None:
            return np.empty_like(unsettled)
        bounds = self._compiled(boxes.low, boxes.high, self.labels[captcha], unsettled)
        wide, misread = np.asarray(bounds.wide, bool), np.asarray(bounds.misread, bool)
        np.logical_or.at(self.refuted, captcha, unsettled & misread)
        np.logical_and.at(self.held, captcha, ~(unsettled & misread))
        still = unsettled & wide & self.held[captcha]
        np.add.at(self.boxes, captcha, 2 * still.any(axis=1))
        cut = np.asarray(bounds.helps, bool) & (self.boxes[captcha] <= self.limit)
        np.logical_and.at(self.held, captcha, ~(still & ~cut[:, None]))
        still &= self.held[captcha]
        going: Mask = still.any(axis=1)
        halves = replace(boxes, unsettled=still).at(going).cut(bounds.pixel.numpy()[going])
        self._stack.append(halves)
        return ~wide

    def waiting(self) -> int:
        """Count the boxes that wait."""
        return sum(len(boxes.captcha) for boxes in self._stack)

    def next(self) -> _Boxes:
        """Give the boxes that were cut last, without those whose characters are all lost by now."""
        taken, room = [], self.size
        while self._stack and room:
            boxes = self._stack.pop()
            unsettled = boxes.unsettled & self.held[boxes.captcha]
            boxes = replace(boxes, unsettled=unsettled).at(np.asarray(unsettled.any(axis=1)))
            self._stack += [boxes.at(slice(room, None))] if len(boxes.captcha) > room else []
            taken.append(boxes.at(slice(room)))
            room -= len(taken[-1].captcha)
        return _Boxes(
            np.concatenate([boxes.captcha for boxes in taken]),
            np.concatenate([boxes.low for boxes in taken]),
            np.concatenate([boxes.high for boxes in taken]),
            np.concatenate([boxes.unsettled for boxes in taken]),
        )


class _Bounds(NamedTuple):
    """What the bounds of some boxes say.

    Attributes:
        wide: bounds of a character that are too wide, or no numbers, bool [n, length].
        misread: characters that are misread in the corner where bounds say it is worst, likewise.
        helps: whether cutting the box promises narrower bounds, bool [n].
        pixel: number of the pixel to cut at, int64 [n].
    """

    wide: Tensor
    misread: Tensor
    helps: Tensor
    pixel: Tensor


Bound = Callable[[Tensor, Tensor, Tensor, Tensor], _Bounds]


def _compile_bound(model: KerasModel, begin: Tensor) -> Bound:
    """Compile a function of boxes (low, high), labels and unsettled characters."""
    side = tf.TensorSpec([None, *begin.shape[1:]], tf.float32)
    length = model.output_shape[1]

    @compiled(
        side,
        side,
        tf.TensorSpec([None, length], tf.int32),
        tf.TensorSpec([None, length], tf.bool),
    )
    def bound(low: Tensor, high: Tensor, labels: Tensor, unsettled: Tensor) -> _Bounds:
        with tf.GradientTape() as tape:
            tape.watch([low, high])
            beyond = margins_in(model, begin, low, high, labels)
            right = tf.one_hot(labels, beyond.shape[-1], on_value=True, off_value=False)
            worst = tf.reduce_max(tf.where(right, -1e9, beyond), axis=-1)
            excess = tf.where(unsettled, tf.nn.relu(worst + SLACK), 0.0)
        by_low, by_high = tape.gradient(excess, [low, high])
        promised = tf.reshape((high - low) * (by_high - by_low), [tf.shape(low)[0], -1])
        corner = tf.where(by_low + by_high > 0, high, low)
        there = margins_in(model, begin, corner, corner, labels)
        misread = tf.reduce_any(tf.logical_not(right) & (there > SLACK), axis=-1)
        # A maximum would pass over what is no number.
        wide = tf.logical_not(tf.reduce_all(right | (beyond < -SLACK), axis=-1))
        helps = tf.reduce_max(promised, axis=1) > 0
        return _Bounds(wide, misread, helps, tf.argmax(promised, axis=1))

    return bound
