"""Our own statistics held against scipy's, which is slower, and loads for a second."""

import numpy as np
import pytest
from scipy import stats

from harness.metrics import auroc, character_interval, wilson


@pytest.mark.parametrize("trials", [1, 2, 7, 50, 1000, 100_000])
def test_wilson(trials):
    for hits in sorted({0, 1, trials // 3, trials // 2, trials - 1, trials}):
        theirs = stats.binomtest(hits, trials).proportion_ci(0.95, "wilson")
        assert wilson(hits, trials) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize("levels", [5, 1000])
def test_auroc_with_many_ties_and_with_few(levels):
    rng = np.random.default_rng(1)
    clean, perturbed = rng.integers(0, levels, 400), rng.integers(levels // 4, levels, 300)
    ranks = stats.mannwhitneyu(perturbed, clean).statistic
    assert auroc(clean, perturbed) == pytest.approx(ranks / 400 / 300, abs=1e-12)


def test_the_bootstrap_of_captchas():
    right = np.random.default_rng(2).integers(0, 5, 500)
    counts = tuple(int(n) for n in np.bincount(right, minlength=5))
    theirs = stats.bootstrap(
        (right / 4,), np.mean, n_resamples=4000, method="percentile", rng=3
    ).confidence_interval
    ours = character_interval((counts,), 3)
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.003)
