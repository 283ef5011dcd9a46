"""HopSkipJump, a decision-based attack: it sees predicted labels only."""

from typing import Annotated, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.array_types import Classes, Floats, Mask, Rows
from harness.attacks.attack import Answers, Knowledge
from harness.attacks.minimum_norm_attack import AttackInput, MinimumNormAttack, NearestMisread
from harness.readers import TextReader
from harness.seeds import child_seed

FIRST_PROBES = 100  # for the first estimate of a direction; then their number grows as a root
FIRST_TRIES = 50  # random images, until one is misread
SMALLEST_STEP = 2**-12  # of the distance; below it, a direction is given up
PRECISION = 1e-3  # of the search for the boundary
TINY = 1e-12
AT_ONCE = 2**24  # floats of the probes of the captchas that go side by side


class HopSkipJump(MinimumNormAttack):
    """Estimates the boundary's direction from predicted labels, and steps along it, ever nearer.

    Works on whatever gives an answer, also on ready-made readers.

    Source: Chen, Jordan, Wainwright 2020, algorithm 2.
    """

    knowledge: ClassVar[Knowledge] = "black_box"
    answers: ClassVar[Answers] = "classes"

    queries: Annotated[int, Field(ge=100, le=1_000_000)] = Field(
        2000, description="queries for each captcha, at most"
    )

    def approach(self, given: AttackInput, nearest: NearestMisread) -> None:
        """See MinimumNormAttack.approach. Captchas go side by side, each with its own queries."""
        clean = given.clean
        most_probes = FIRST_PROBES * max(1.0, (self.queries / FIRST_PROBES) ** (1 / 3))
        together = max(1, int(AT_ONCE / (most_probes * clean[0].size)))
        for at in range(0, len(clean), together):
            rows = np.arange(at, min(at + together, len(clean)))
            oracle = _Oracle(given.reader, clean[rows], given.labels[rows], self.queries)
            numbers = [
                np.random.default_rng(child_seed(given.seed, "hop_skip_jump", int(row)))
                for row in rows
            ]
            images, misread = self._walk(oracle, numbers)
            distance = self._distance(images - clean[rows[misread]])
            nearest.keep(rows[misread], images, distance)
            given.progress(int(rows[-1]) + 1, len(clean))

    def _walk(self, oracle: "_Oracle", numbers: list[np.random.Generator]) -> tuple[Floats, Rows]:
        """Give the nearest misread images, and of which captchas; not of those without any."""
        start, rows = _start(oracle, numbers)
        clean = oracle.clean[rows]
        now = self._to_boundary(oracle, rows, start)
        best = now.copy()
        for turn in range(1, self.queries):
            probes = int(FIRST_PROBES * turn**0.5)
            going = np.flatnonzero(oracle.queries_left[rows] > probes)
            if not len(going):
                break
            distance = self._distance(now[going] - clean[going])
            draws = self._draws([numbers[row] for row in rows[going]], probes, now.shape[1:])
            direction = self._direction(oracle, rows[going], now[going], distance, draws)
            step = distance / np.float32(turn**0.5)
            now[going] = self._ahead(oracle, rows[going], now[going], direction, step)
            nearer = self._distance(now - clean) < self._distance(best - clean)
            best[nearer] = now[nearer]
        return best, rows

    def _ahead(
        self, oracle: "_Oracle", rows: Rows, now: Floats, direction: Floats, step: Floats
    ) -> Floats:
        """Step along each direction, halved until it is misread, and back to the boundary."""
        reached, least = now.copy(), np.float32(SMALLEST_STEP) * step
        going = np.arange(len(rows))
        while len(going):
            ahead = np.clip(now[going] + _wide(step[going]) * direction[going], 0, 1)
            wrong = oracle.misread(rows[going], ahead[:, None])[:, 0]
            if wrong.any():
                arrived = going[wrong]
                reached[arrived] = self._to_boundary(oracle, rows[arrived], ahead[wrong])
            going = going[~wrong]
            step[going] /= 2
            asks = oracle.queries_left[rows[going]] > 0
            going = going[(step[going] > least[going]) & asks]
        return reached

    def _distance(self, change: Floats) -> Floats:
        """Measure the length of each image's change, [n]."""
        flat = change.reshape(len(change), -1)
        size = np.abs(flat).max(1) if self.norm == "linf" else np.linalg.norm(flat, axis=1)
        return np.asarray(size, np.float32)

    def _to_boundary(self, oracle: "_Oracle", rows: Rows, images: Floats) -> Floats:
        """Give the nearest misread images on the way to the clean ones, by halving."""
        clean, misread = oracle.clean[rows], images.copy()
        farthest = _wide(np.abs(images - clean).max(axis=(1, 2, 3)))
        low, high = np.zeros(len(rows), np.float32), np.ones(len(rows), np.float32)
        while high.max(initial=0) - low.min(initial=1) > PRECISION:
            going = np.flatnonzero((high - low > PRECISION) & (oracle.queries_left[rows] > 0))
            if not len(going):
                break
            middle = (low[going] + high[going]) / 2
            share = _wide(middle)
            if self.norm == "l2":
                between = (1 - share) * clean[going] + share * images[going]
            else:  # nearer in linf: clipped to a share of the farthest pixel
                reach = share * farthest[going]
                between = np.clip(images[going], clean[going] - reach, clean[going] + reach)
            wrong = oracle.misread(rows[going], between[:, None])[:, 0]
            high[going[wrong]], low[going[~wrong]] = middle[wrong], middle[~wrong]
            misread[going[wrong]] = between[wrong]
        return misread

    def _draws(
        self, numbers: list[np.random.Generator], probes: int, shape: tuple[int, ...]
    ) -> Floats:
        """Draw directions of length 1 for each captcha, [n, probes, height, width, channels]."""
        size = (probes, *shape)
        if self.norm == "l2":
            draws = np.stack([number.standard_normal(size, np.float32) for number in numbers])
        else:
            draws = np.stack([number.random(size, np.float32) for number in numbers]) * 2 - 1
        return np.asarray(draws / np.sqrt(np.square(draws).sum(axis=(2, 3, 4), keepdims=True)))

    def _direction(
        self, oracle: "_Oracle", rows: Rows, now: Floats, distance: Floats, draws: Floats
    ) -> Floats:
        """Estimate in which direction each image gets misread, from answers around the boundary."""
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
    """The breaker's answers to some captchas, and how many queries are left for each."""

    def __init__(self, reader: TextReader, clean: Floats, labels: Classes, queries: int) -> None:
        self.reader, self.clean, self.labels = reader, clean, labels
        self.queries_left = np.full(len(clean), queries)

    def misread(self, rows: Rows, images: Floats) -> Mask:
        """Tell whether images [len(rows), tries, ...] are read otherwise than they should be."""
        from harness.metrics import right_characters, text_lengths

        tries = images.shape[1]
        self.queries_left[rows] = np.maximum(0, self.queries_left[rows] - tries)
        classes = self.reader.read(images.reshape(-1, *images.shape[2:]).astype(np.float32))
        labels = np.repeat(self.labels[rows], tries, axis=0)
        right = right_characters(classes, labels, self.reader.blank)
        wrong = right < text_lengths(labels, self.reader.blank)
        return np.asarray(wrong.reshape(len(rows), tries))


def _start(oracle: _Oracle, numbers: list[np.random.Generator]) -> tuple[Floats, Rows]:
    """Give misread images, and of which captchas: the clean ones, or noise blended into them."""
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
        any_wrong = wrong.any(axis=1)
        start[rows[any_wrong]] = tried[any_wrong, wrong[any_wrong].argmax(axis=1)]
        misread[rows[any_wrong]] = True
    return start[misread], every[misread]


def _wide(values: Floats | npt.NDArray[np.float64]) -> Floats:
    """Shape one number for each image, [n], so that it multiplies images: [n, 1, 1, 1]."""
    return np.asarray(values[:, None, None, None], np.float32)
