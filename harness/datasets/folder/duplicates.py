"""Duplicates: equal or nearly equal pictures, which must stay in one split."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from harness.datasets.folder.fingerprints import Fingerprint

NEAR = 0.11  # distance of two small pictures, mean 0 and length 1, below which they are copies:
#   files of one picture (JPEG from quality 30 on, half to twice the size) lie within 0.1, pictures
#   of one text that were drawn twice are at least 0.22 apart (captcha, claptcha; one character)
FLAT = 4.0  # levels that a small picture varies by, below which rounding decides
TEXT = 3  # characters from where on margins are no matter: a few printed ones look alike, moved
MOVED = 2  # pixels, to which a text of another picture of one size is moved; farther, it was drawn
AT_ONCE = 256  # pictures that are held against all others of their label
SPANNED = 8  # pairs for each picture, from where on they are thinned out

Pair = tuple[int, int]
Pairs = npt.NDArray[np.int64]


def duplicate_groups(
    prints: Sequence[Fingerprint], labels: Sequence[str]
) -> tuple[list[list[int]], list[Pair]]:
    """Group pictures that are copies of each other.

    Nearly equal pictures are copies only where they have the same label: some generators draw
    different texts nearly alike. Margins of one color are ignored where labels have several
    characters.

    Args:
        prints: fingerprints of the pictures.
        labels: of the same.

    Returns:
        The groups, in the order of their first pictures, a picture without copies alone; and pairs
        with the same pixels whose labels contradict each other.
    """
    first: dict[bytes, int] = {}
    equal = [
        first.setdefault(fingerprint.pixels, number) for number, fingerprint in enumerate(prints)
    ]
    pairs = [(original, number) for number, original in enumerate(equal) if original != number]
    clashes = [pair for pair in pairs if labels[pair[0]] != labels[pair[1]]]
    alike = defaultdict(list)
    for number in first.values():
        alike[labels[number]].append(number)
    joined = [np.asarray(pairs, np.int64).reshape(-1, 2)]
    for label, numbers in alike.items():
        if len(numbers) > 1:
            joined.append(_near(numbers, [prints[number].small for number in numbers]))
            if len(label) >= TEXT:
                inner = [prints[number].inner for number in numbers]
                at = [(*prints[number].size, *prints[number].margins) for number in numbers]
                joined.append(_near(numbers, inner, np.asarray(at, np.int32)))
    return _gathered(np.concatenate(joined), len(prints)), clashes


def _near(
    numbers: Sequence[int], pictures: Sequence[bytes], at: npt.NDArray[np.int32] | None = None
) -> Pairs:
    """Find pairs [N, 2] of nearly equal pictures.

    Args:
        numbers: of the pictures.
        pictures: each small, as bytes.
        at: of each its width, height, left and upper margin [count, 4], where those matter.
    """
    known = np.asarray(numbers, np.int64)
    small = np.stack([np.frombuffer(picture, np.uint8) for picture in pictures]).astype(np.float32)
    small -= small.mean(axis=1, keepdims=True)
    varied = small.std(axis=1) >= FLAT
    known, small = known[varied], small[varied]
    at = None if at is None else at[varied]
    small /= np.linalg.norm(small, axis=1, keepdims=True)
    pairs = np.empty((0, 2), np.int64)
    for start in range(0, len(small), AT_ONCE):
        cosines = small[start : start + AT_ONCE] @ small[start:].T
        near = np.argwhere(np.triu(cosines > 1 - NEAR**2 / 2, 1)) + start
        if at is not None:
            first, second = at[near[:, 0]], at[near[:, 1]]
            drawn_anew = np.abs(first - second)[:, 2:].max(axis=1, initial=0) > MOVED
            near = near[~(drawn_anew & (first[:, :2] == second[:, :2]).all(axis=1))]
        pairs = np.concatenate([pairs, near])
        if len(pairs) > SPANNED * len(small):  # of a thousand copies, all are pairs
            pairs = _spanning(pairs, len(small))
    return np.asarray(known[pairs], np.int64)


def _spanning(pairs: Pairs, count: int) -> Pairs:
    """Thin out pairs: as few as join the same pictures."""
    groups_of = _components(pairs, count)
    _, first = np.unique(groups_of, return_index=True)
    members = np.arange(count)
    firsts = first[groups_of]
    return np.asarray(np.stack([firsts, members], axis=1)[firsts != members], np.int64)


def _components(pairs: Pairs, count: int) -> npt.NDArray[np.int64]:
    edges = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count))
    return np.asarray(connected_components(edges, directed=False)[1], np.int64)


def _gathered(pairs: Pairs, count: int) -> list[list[int]]:
    """Group the pictures 0 to count - 1: those together that pairs join."""
    gathered: dict[int, list[int]] = {}
    for number, group in enumerate(_components(pairs, count).tolist()):
        gathered.setdefault(group, []).append(number)
    return list(gathered.values())
