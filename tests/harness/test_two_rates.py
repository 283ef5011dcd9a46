"""Exact tests of two rates, and Holm's correction, held against scipy and by their level."""

import numpy as np
import pytest
from scipy.stats import fisher_exact

from harness.two_rates import fisher, holm


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((0, 10), (0, 10)), ((10, 10), (0, 10)), ((3, 7), (5, 9)), ((630, 1000), (280, 1000)),
        ((12, 1000), (30, 1000)), ((0, 1), (1, 1)), ((5, 2000), (1, 100)),
        ((999, 1000), (990, 1000)),
    ],
)  # fmt: skip
def test_fisher_is_that_of_scipy(first, second):
    table = [[hits, trials - hits] for hits, trials in (first, second)]
    assert fisher(first, second) == pytest.approx(fisher_exact(table).pvalue, rel=1e-6)
    assert fisher(second, first) == pytest.approx(fisher(first, second), rel=1e-6)


def test_holm_on_paper():
    """0.01 x 4, 0.02 x 3, then no less than that before: 0.03 x 2, 0.04 x 1."""
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_of_many_equal_rates_hardly_ever_one_differs():
    rng, alarms = np.random.default_rng(0), 0
    for _ in range(200):
        hits = rng.binomial(300, 0.3, size=(40, 2))
        alarms += min(holm([fisher((int(a), 300), (int(b), 300)) for a, b in hits])) < 0.05
    assert alarms <= 0.05 * 200 + 2 * (0.05 * 0.95 * 200) ** 0.5
