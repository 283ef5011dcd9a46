"""HopSkipJump: along the boundary with answers alone, no scores and no gradients."""

from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.attack import Answers, Knowledge
from harness.attacks.nearest import Found, NearestAttack
from harness.progress import Progress
from harness.seeds import child_seed

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
FIRST_PROBES = 100  # for the first estimate of a direction; then their number grows as a root
FIRST_TRIES = 50  # random images, until one is misread
SMALLEST_STEP = 2**-12  # of the distance; below it, a direction is given up
PRECISION = 1e-3  # of the search for the boundary
TINY = 1e-12
AT_ONCE = 2**24  # floats of the probes of the captchas that go side by side


class HopSkipJump(NearestAttack):
    """Estimates the boundary's direction from answers alone, and steps along it, ever nearer.

    Works on whatever gives an answer, also on ready-made readers.

    Source: Chen, Jordan, Wainwright 2020, algorithm 2.
    """

    knowledge: ClassVar[Knowledge] = "black_box"
    answers: ClassVar[Answers] = "classes"

    queries: Annotated[int, Field(ge=100, le=1_000_000)] = Field(
        2000, description="of each captcha, at most"
    )

    def approach(
        self,
        reader: Any,
        clean: Floats,
        labels: npt.NDArray[np.int32],
        found: Found,
        seed: int,
        progress: Progress,
    ) -> None:
        """See NearestAttack.approach. Captchas side by side, each with queries of its own."""
        most_probes = FIRST_PROBES * max(1.0, (self.queries / FIRST_PROBES) ** (1 / 3))
        together = max(1, int(AT_ONCE / (most_probes * clean[0].size)))
        for at in range(0, len(clean), together):
            rows = np.arange(at, min(at + together, len(clean)))
            oracle = _Oracle(reader, clean[rows], labels[rows], self.queries)
            numbers = [
                np.random.default_rng(child_seed(seed, "hop_skip_jump", int(row))) for row in rows
            ]
            nearest, own = self._walked(oracle, numbers)
            found.keep(rows[own], nearest, self._distance(nearest - clean[rows[own]]))
            progress(int(rows[-1]) + 1, len(clean))

    def _walked(self, oracle: "_Oracle", numbers: list[np.random.Generator]) -> tuple[Floats, Rows]:
        """Give the nearest misread images, and of which captchas; not of those without any."""
        start, rows = _start(oracle, numbers)
        clean = oracle.clean[rows]
        now = self._to_boundary(oracle, rows, start)
        best = now.copy()
        for turn in range(1, self.queries):
            probes = int(FIRST_PROBES * turn**0.5)
            on = np.flatnonzero(oracle.left[rows] > probes)
            if not len(on):
                break
            distance = self._distance(now[on] - clean[on])
            draws = self._draws([numbers[row] for row in rows[on]], probes, now.shape[1:])
            direction = self._direction(oracle, rows[on], now[on], distance, draws)
            now[on] = self._ahead(
                oracle, rows[on], now[on], direction, distance / np.float32(turn**0.5)
            )
            nearer = self._distance(now - clean) < self._distance(best - clean)
            best[nearer] = now[nearer]
        return best, rows

    def _ahead(
        self, oracle: "_Oracle", rows: Rows, now: Floats, direction: Floats, step: Floats
    ) -> Floats:
        """A step along each direction, halved until it is misread, and back to the boundary."""
        reached, least = now.copy(), np.float32(SMALLEST_STEP) * step
        on = np.arange(len(rows))
        while len(on):
            ahead = np.clip(now[on] + _wide(step[on]) * direction[on], 0, 1)
            wrong = oracle.misread(rows[on], ahead[:, None])[:, 0]
            if wrong.any():
                reached[on[wrong]] = self._to_boundary(oracle, rows[on[wrong]], ahead[wrong])
            on = on[~wrong]
            step[on] /= 2
            on = on[(step[on] > least[on]) & (oracle.left[rows[on]] > 0)]
        return reached

    def _distance(self, change: Floats) -> Floats:
        """Of each image, [n]."""
        flat = change.reshape(len(change), -1)
        size = np.abs(flat).max(1) if self.norm == "linf" else np.linalg.norm(flat, axis=1)
        return np.asarray(size, np.float32)

    def _to_boundary(self, oracle: "_Oracle", rows: Rows, images: Floats) -> Floats:
        """Give the nearest misread images on the way to the clean ones, by halving."""
        clean, found = oracle.clean[rows], images.copy()
        farthest = _wide(np.abs(images - clean).max(axis=(1, 2, 3)))
        low, high = np.zeros(len(rows), np.float32), np.ones(len(rows), np.float32)
        while high.max(initial=0) - low.min(initial=1) > PRECISION:
            on = np.flatnonzero((high - low > PRECISION) & (oracle.left[rows] > 0))
            if not len(on):
                break
            middle = (low[on] + high[on]) / 2
            share = _wide(middle)
            if self.norm == "l2":
                between = (1 - share) * clean[on] + share * images[on]
            else:  # nearer in linf: clipped to a share of the farthest pixel
                reach = share * farthest[on]
                between = np.clip(images[on], clean[on] - reach, clean[on] + reach)
            wrong = oracle.misread(rows[on], between[:, None])[:, 0]
            high[on[wrong]], low[on[~wrong]] = middle[wrong], middle[~wrong]
            found[on[wrong]] = between[wrong]
        return found

    def _draws(
        self, numbers: list[np.random.Generator], probes: int, shape: tuple[int, ...]
    ) -> Floats:
        """Random directions of length 1 for each captcha, [n, probes, height, width, channels]."""
        if self.norm == "l2":
            draws = np.stack([own.standard_normal((probes, *shape), np.float32) for own in numbers])
        else:
            draws = np.stack([own.random((probes, *shape), np.float32) for own in numbers]) * 2 - 1
        return np.asarray(draws / np.sqrt(np.square(draws).sum(axis=(2, 3, 4), keepdims=True)))

    def _direction(
        self, oracle: "_Oracle", rows: Rows, now: Floats, distance: Floats, draws: Floats
    ) -> Floats:
        """Where each boundary recedes fastest, from answers around a point on it."""
        size = now[0].size
        reach = _wide(np.maximum(distance / np.float32(size), np.float32(PRECISION)))[:, None]
        tried = np.clip(now[:, None] + reach * draws, 0, 1)
        draws = (tried - now[:, None]) / reach
        wrong = np.where(oracle.misread(rows, tried), np.float32(1), np.float32(-1))
        mean = wrong.mean(axis=1, keepdims=True)
        weight = np.where(np.abs(mean) == 1, wrong, wrong - mean)
        slope = np.einsum("np,nphwc->nhwc", weight, draws, optimize=True)
        if self.norm == "linf":
            return np.asarray(np.sign(slope), np.float32)
        length = np.sqrt(np.square(slope).sum(axis=(1, 2, 3), keepdims=True))
        return np.asarray(slope / np.maximum(length, TINY), np.float32)


class _Oracle:
    """The breaker's answers to some captchas, and how many queries each has left."""

    def __init__(
        self, reader: Any, clean: Floats, labels: npt.NDArray[np.int32], queries: int
    ) -> None:
        self.reader, self.clean, self.labels = reader, clean, labels.astype(np.uint8)
        self.left = np.full(len(clean), queries)

    def misread(self, rows: Rows, images: Floats) -> npt.NDArray[np.bool_]:
        """Tell whether images [len(rows), tries, ...] are read otherwise than they should be."""
        from harness.metrics import right_characters, text_lengths

        tries = images.shape[1]
        self.left[rows] = np.maximum(0, self.left[rows] - tries)
        classes = self.reader.read(images.reshape(-1, *images.shape[2:]).astype(np.float32))
        labels = np.repeat(self.labels[rows], tries, axis=0)
        right = right_characters(classes, labels, self.reader.blank)
        wrong = right < text_lengths(labels, self.reader.blank)
        return np.asarray(wrong.reshape(len(rows), tries))


def _start(oracle: _Oracle, numbers: list[np.random.Generator]) -> tuple[Floats, Rows]:
    """Misread images, and of which captchas: the clean one, or noise blended in, if it takes it."""
    clean = oracle.clean
    every = np.arange(len(clean))
    misread = oracle.misread(every, clean[:, None])[:, 0]
    rows = every[~misread]
    noise = [numbers[row].random((FIRST_TRIES, *clean.shape[1:]), np.float32) for row in rows]
    shares = np.linspace(0.1, 1, FIRST_TRIES, dtype=np.float32)[:, None, None, None]
    start = clean.copy()
    if len(rows):
        tried = (1 - shares) * clean[rows][:, None] + shares * np.stack(noise)
        wrong = oracle.misread(rows, tried)
        some = wrong.any(axis=1)
        start[rows[some]] = tried[some, wrong[some].argmax(axis=1)]
        misread[rows[some]] = True
    return start[misread], every[misread]


def _wide(values: npt.NDArray[Any]) -> Floats:
    """Give one figure for each image, to be multiplied with images."""
    return np.asarray(values[:, None, None, None], np.float32)
