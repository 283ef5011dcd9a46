"""Whether two rates differ by more than chance, and whether any of many pairs of them do."""

from collections.abc import Sequence

import numpy as np

TIES = 1 + 1e-7  # probabilities that are equal but for rounding


def fisher(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Compute how likely two rates are to lie so far apart, if both come from one.

    Args:
        first: hits and trials, 1 or more, independent of those of the other.
        second: hits and trials.

    Returns:
        Two-sided p-value in (0, 1].

    Source:
        Fisher 1935, the exact test; all tables count that are no likelier than this one.
    """
    hits, trials = first[0] + second[0], first[1] + second[1]
    fewest, most = max(0, hits - second[1]), min(hits, first[1])
    numbers = np.arange(fewest, most, dtype=np.float64)
    steps = (
        np.log(hits - numbers)
        + np.log(first[1] - numbers)
        - np.log(numbers + 1)
        - np.log(trials - hits - first[1] + numbers + 1)
    )
    logs = np.append(0.0, np.cumsum(steps))
    chances = np.exp(logs - logs.max())
    as_far = chances <= chances[first[0] - fewest] * TIES
    return float(min(1.0, chances[as_far].sum() / chances.sum()))


def holm(chances: Sequence[float]) -> list[float]:
    """Raise p-values so that all that are below 0.05 are so together, 19 times in 20.

    Args:
        chances: a p-value of each test.

    Returns:
        The adjusted p-values, in the same order.

    Source:
        Holm 1979, the step-down procedure.
    """
    adjusted, least = [0.0] * len(chances), 0.0
    ranked = sorted(range(len(chances)), key=lambda number: chances[number])
    for rank, number in enumerate(ranked):
        least = max(least, min(1.0, (len(chances) - rank) * chances[number]))
        adjusted[number] = least
    return adjusted
