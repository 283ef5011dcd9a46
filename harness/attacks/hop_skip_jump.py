"""HopSkipJump: along the boundary with answers alone, no scores and no gradients."""

from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.attack import Answers, Knowledge
from harness.attacks.nearest import Found, NearestAttack
from harness.datasets.generator import Watch
from harness.seeds import child_seed

Floats = npt.NDArray[np.float32]
FIRST_PROBES = 100  # for the first estimate of a direction; then their number grows as a root
FIRST_TRIES = 50  # random images, until one is misread
SMALLEST_STEP = 2**-12  # of the distance; below it, a direction is given up
PRECISION = 1e-3  # of the search for the boundary


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
        watch: Watch,
    ) -> None:
        """See NearestAttack.approach. Captchas one by one, their queries in batches."""
        for index in range(len(clean)):
            numbers = np.random.default_rng(child_seed(seed, "hop_skip_jump", index))
            oracle = _Oracle(reader, labels[index], self.queries)
            image = self._walked(oracle, clean[index], numbers)
            if image is not None:
                distance = np.float32(self._distance(image - clean[index]))
                found.keep(np.array([index]), image[None], np.array([distance]))
            watch(index + 1, len(clean))

    def _walked(
        self, oracle: "_Oracle", clean: Floats, numbers: np.random.Generator
    ) -> Floats | None:
        """The nearest misread image of one captcha; None where no start was misread."""
        if oracle.misread(clean[None])[0]:
            return clean
        start = _start(oracle, clean, numbers)
        if start is None:
            return None
        best = now = self._to_boundary(oracle, clean, start)
        for turn in range(1, self.queries):
            probes = int(FIRST_PROBES * turn**0.5)
            if oracle.left < probes + 1:
                break
            distance = self._distance(now - clean)
            direction = self._direction(oracle, now, distance, probes, numbers)
            step = distance / turn**0.5
            while step > SMALLEST_STEP * distance and oracle.left:
                ahead = np.clip(now + np.float32(step) * direction, 0, 1)
                if oracle.misread(ahead[None])[0]:
                    now = self._to_boundary(oracle, clean, ahead)
                    break
                step /= 2
            if self._distance(now - clean) < self._distance(best - clean):
                best = now
        return best

    def _distance(self, change: Floats) -> float:
        return float(np.abs(change).max() if self.norm == "linf" else np.linalg.norm(change))

    def _between(self, clean: Floats, image: Floats, share: float) -> Floats:
        """Nearer to the clean image: 0 is there, 1 is the image (linf: clipped to so much)."""
        if self.norm == "l2":
            return (1 - share) * clean + np.float32(share) * image
        reach = np.float32(share * np.abs(image - clean).max())
        return np.clip(image, clean - reach, clean + reach)

    def _to_boundary(self, oracle: "_Oracle", clean: Floats, image: Floats) -> Floats:
        """The nearest misread image on the way to the clean one, by halving."""
        low, high, found = 0.0, 1.0, image
        while high - low > PRECISION and oracle.left:
            middle = (low + high) / 2
            between = self._between(clean, image, middle)
            if oracle.misread(between[None])[0]:
                high, found = middle, between
            else:
                low = middle
        return found

    def _direction(
        self,
        oracle: "_Oracle",
        now: Floats,
        distance: float,
        probes: int,
        numbers: np.random.Generator,
    ) -> Floats:
        """Where the boundary recedes fastest, from answers around a point on it."""
        size = now.size
        if self.norm == "l2":
            draws = numbers.standard_normal((probes, *now.shape), np.float32)
            reach = distance / size
        else:
            draws = numbers.random((probes, *now.shape), np.float32) * 2 - 1
            reach = distance / size**0.5 / size**0.5
        draws /= np.linalg.norm(draws.reshape(probes, -1), axis=1)[:, None, None, None]
        reach = max(reach, PRECISION)
        tried = np.clip(now + np.float32(reach) * draws, 0, 1)
        draws = (tried - now) / np.float32(reach)
        wrong = np.where(oracle.misread(tried), 1.0, -1.0)
        weight = wrong if abs(wrong.mean()) == 1 else wrong - wrong.mean()
        slope = np.tensordot(weight.astype(np.float32), draws, axes=1)
        if self.norm == "linf":
            return np.asarray(np.sign(slope), np.float32)
        return np.asarray(slope / max(np.linalg.norm(slope), 1e-12), np.float32)


class _Oracle:
    """The breaker's answers to one captcha, and how many queries are left."""

    def __init__(self, reader: Any, label: npt.NDArray[np.int32], queries: int) -> None:
        self.reader, self.label, self.left = reader, label, queries

    def misread(self, images: Floats) -> npt.NDArray[np.bool_]:
        """Whether each image [n, ...] is read otherwise than it should be."""
        from harness.metrics import right_characters, text_lengths

        self.left = max(0, self.left - len(images))
        classes = self.reader.read(images.astype(np.float32))
        labels = np.repeat(self.label[None], len(images), axis=0).astype(np.uint8)
        right = right_characters(classes, labels, self.reader.blank)
        wrong: npt.NDArray[np.bool_] = right < text_lengths(labels, self.reader.blank)
        return wrong


def _start(oracle: _Oracle, clean: Floats, numbers: np.random.Generator) -> Floats | None:
    """A misread image: noise, blended in as little as it takes."""
    noise = numbers.random((FIRST_TRIES, *clean.shape), np.float32)
    shares = np.linspace(0.1, 1, FIRST_TRIES, dtype=np.float32)[:, None, None, None]
    tried = (1 - shares) * clean + shares * noise
    wrong = np.flatnonzero(oracle.misread(tried))
    return tried[wrong[0]] if len(wrong) else None
