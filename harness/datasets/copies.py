"""Copies: pictures that are equal, or nearly so, and must not stand on two sides of a split."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from harness.datasets.looks import SMALL, Look

NEAR = 0.11  # distance of two small pictures, mean 0 and length 1, below which they are copies:
#   files of one picture (JPEG from quality 30 on, half to twice the size) lie within 0.1, pictures
#   of one text that were drawn twice are at least 0.22 apart (captcha, claptcha; one character)
FLAT = 4.0  # levels that a small picture varies by, below which rounding decides
AT_ONCE = 1_000  # pictures that are all held against each other
BLOCK = 4  # pixels of the small picture, along each edge, that are summed for a first look

Pair = tuple[int, int]


def groups(looks: Sequence[Look], labels: Sequence[str]) -> tuple[list[list[int]], list[Pair]]:
    """Gather copies.

    Nearly equal pictures count as copies where they have the same label: a generator that changes
    little from text to text draws none.

    Args:
        looks: of the pictures.
        labels: of the same.

    Returns:
        The groups, in the order of their first pictures, a picture without copies alone; and pairs
        with the same pixels whose labels contradict each other.
    """
    first: dict[bytes, int] = {}
    equal = [first.setdefault(look.pixels, number) for number, look in enumerate(looks)]
    pairs = [(original, number) for number, original in enumerate(equal) if original != number]
    clashes = [pair for pair in pairs if labels[pair[0]] != labels[pair[1]]]
    alike = defaultdict(list)
    for number in first.values():
        alike[labels[number]].append(number)
    joined = [np.asarray(pairs, np.int64).reshape(-1, 2)]
    joined += [_near(looks, numbers) for numbers in alike.values() if len(numbers) > 1]
    return _gathered(np.concatenate(joined), len(looks)), clashes


def _near(looks: Sequence[Look], numbers: Iterable[int]) -> npt.NDArray[np.int64]:
    """Pairs [N, 2] of nearly equal pictures of one label."""
    known = np.asarray(list(numbers), np.int64)
    small = np.stack([np.frombuffer(looks[n].small, np.uint8) for n in known]).astype(np.float32)
    small -= small.mean(axis=1, keepdims=True)
    varied = small.std(axis=1) >= FLAT
    known, small = known[varied], small[varied]
    small /= np.linalg.norm(small, axis=1, keepdims=True)
    if len(known) <= AT_ONCE:
        pairs = np.argwhere(np.triu(small @ small.T > 1 - NEAR**2 / 2, 1))
    else:
        width, height = SMALL
        blocks = small.reshape(-1, height // BLOCK, BLOCK, width // BLOCK, BLOCK)
        rough = blocks.sum(axis=(2, 4)).reshape(len(small), -1) / BLOCK  # no farther than they are
        pairs = cKDTree(rough).query_pairs(NEAR, output_type="ndarray")
        distances = [
            np.linalg.norm(small[part[:, 0]] - small[part[:, 1]], axis=1)
            for part in np.array_split(pairs, len(pairs) // AT_ONCE + 1)
        ]
        pairs = pairs[np.concatenate(distances) < NEAR]
    return np.asarray(known[pairs].reshape(-1, 2), np.int64)


def _gathered(pairs: npt.NDArray[np.int64], count: int) -> list[list[int]]:
    """The pictures 0 to count - 1, those together that pairs join."""
    edges = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count))
    _, groups_of = connected_components(edges, directed=False)
    gathered: dict[int, list[int]] = {}
    for number, group in enumerate(groups_of.tolist()):
        gathered.setdefault(group, []).append(number)
    return list(gathered.values())
