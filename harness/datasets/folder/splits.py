"""Splits of one pool of pictures, in which copies stay together."""

from collections.abc import Mapping, Sequence

import numpy as np

from harness.datasets.ready_made import Window
from harness.options import Split
from harness.seeds import child_seed

TAKING: tuple[Split, ...] = ("test", "validation", "train")  # in this order


def ordered(
    groups: Sequence[list[int]], shuffle: int, fold: tuple[int, int] | None
) -> list[list[int]]:
    """Shuffle groups of copies; pictures without copies come first, for tests.

    Args:
        groups: of pictures.
        shuffle: seed of the order.
        fold: [2, 5] rotates the order by a fifth.

    Returns:
        The same groups in another order.
    """
    numbers = np.random.default_rng(child_seed(shuffle, "folder")).permutation(len(groups))
    order = sorted((groups[number] for number in numbers), key=len)
    start = _start(len(order), fold)
    return order[start:] + order[:start]


def windows(
    sizes: Mapping[int, int], fold: tuple[int, int] | None, asked: Mapping[Split, int]
) -> dict[Split, Window] | None:
    """Divide a pool among the splits.

    Args:
        sizes: size of a group of copies -> number of such groups.
        fold: see `ordered`.
        asked: captchas of each split that takes from this pool.

    Returns:
        The part of each split. All take different pictures where there are enough; else training
        takes copies, too; else all do. None: there are not enough.
    """
    order = [size for size in sorted(sizes) for _ in range(sizes[size])]
    start = _start(len(order), fold)
    order = order[start:] + order[:start]
    counts = {split: asked.get(split, 0) for split in TAKING}
    before = counts["test"] + counts["validation"]
    if before <= len(order) and counts["train"] <= sum(order[before:]):
        return {
            "test": Window(0, copies=False),
            "validation": Window(counts["test"], copies=False),
            "train": Window(before, copies=before + counts["train"] > len(order)),
        }
    shared, position = dict[Split, Window](), 0
    for split in TAKING:
        shared[split] = Window(position, copies=True)
        taken = 0
        while taken < counts[split]:
            if position == len(order):
                return None
            taken += order[position]
            position += 1
    return shared


def taken(order: Sequence[list[int]], split: Split, window: Window, count: int) -> list[int]:
    """Take the pictures of one split.

    Args:
        order: groups of copies; see `ordered`.
        split: training takes each group's first picture before copies, for it comes last.
        window: see `windows`.
        count: pictures.

    Returns:
        Their numbers, fewer where there are fewer.
    """
    groups = order[window.skip :]
    if not window.copies:
        return [group[0] for group in groups[:count]]
    if split == "train":
        firsts = [group[0] for group in groups]
        return (firsts + [number for group in groups for number in group[1:]])[:count]
    return [number for group in groups for number in group][:count]


def _start(groups: int, fold: tuple[int, int] | None) -> int:
    if fold is None:
        return 0
    number, folds = fold
    return -(-(number - 1) * groups // folds)
