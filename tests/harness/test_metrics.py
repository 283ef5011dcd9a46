"""Intervals tested by their coverage, rates by what people are told."""

import numpy as np
import pytest

from harness.metrics import (
    character_interval,
    constant_accuracy,
    distances,
    edits,
    histogram,
    right_characters,
    text_lengths,
    wilson,
)
from harness.results.tally import Tally, percent


@pytest.mark.parametrize(("rate", "trials"), [(0.5, 40), (0.9, 100), (0.98, 400), (0.03, 1000)])
def test_wilson_covers_the_truth_in_95_of_100(rate, trials):
    hits = np.random.default_rng(1).binomial(trials, rate, 4000)
    bounds = {int(hit): wilson(int(hit), trials) for hit in set(hits)}
    covered = np.mean([bounds[hit][0] <= rate <= bounds[hit][1] for hit in hits])
    assert 0.93 <= covered <= 0.985


def test_wilson_at_the_edges():
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(0, 100)
    assert low == 0.0
    assert 0.03 < high < 0.05
    low, high = wilson(100, 100)
    assert high == 1.0
    assert 0.95 < low < 0.97


def test_the_bootstrap_covers_the_truth_when_characters_hang_together():
    """Half of the captchas are hard: their characters are right with chance 0.5, else 0.95."""
    rng = np.random.default_rng(2)
    truth, captchas, length = (0.5 + 0.95) / 2, 200, 4
    covered, naive = 0, 0
    for trial in range(300):
        chance = np.where(rng.random(captchas) < 0.5, 0.5, 0.95)
        right = rng.binomial(length, chance)
        low, high = character_interval(histogram(right, np.full(captchas, length)), trial)
        covered += low <= truth <= high
        low, high = wilson(int(right.sum()), captchas * length)
        naive += low <= truth <= high
    assert 0.92 <= covered / 300 <= 0.985
    assert naive < covered, "clustering must matter here, or this test shows nothing"


def test_the_bootstrap_is_that_of_captchas_drawn_one_by_one():
    """Of two lengths, so that the number of characters is drawn as well."""
    rng = np.random.default_rng(3)
    lengths = rng.choice([4, 6], 150)
    right = rng.integers(0, lengths + 1)
    low, high = character_interval(histogram(right, lengths), 0)
    rng = np.random.default_rng(4)
    rates = []
    for _ in range(4000):
        drawn = rng.integers(0, 150, 150)
        rates.append(right[drawn].sum() / lengths[drawn].sum())
    assert low == pytest.approx(np.quantile(rates, 0.025), abs=0.01)
    assert high == pytest.approx(np.quantile(rates, 0.975), abs=0.01)


@pytest.mark.parametrize("counts", [(0, 0, 0, 0, 200), (200, 0, 0, 0, 0), (0, 0, 200, 0, 0)])
def test_an_interval_is_never_a_point(counts):
    low, high = character_interval((counts,), 0)
    level = sum(k * n for k, n in enumerate(counts)) / 800
    assert 0 <= low <= level <= high <= 1
    assert high - low > 0.005


def test_right_characters_by_brute_force():
    rng = np.random.default_rng(5)
    read, labels = (rng.integers(0, 3, (50, 4)).astype(np.uint8) for _ in range(2))
    expected = [
        sum(a == b for a, b in zip(one, other, strict=True))
        for one, other in zip(read, labels, strict=True)
    ]
    assert right_characters(read, labels).tolist() == expected
    tally = Tally(counts=histogram(np.array(expected), text_lengths(labels)))
    assert tally.captchas == 50
    assert tally.right_characters == sum(expected)
    assert tally.right_captchas == sum(number == 4 for number in expected)


def levenshtein(one, other):
    """By its recursion, as it is defined."""
    if not one or not other:
        return len(one) + len(other)
    same = levenshtein(one[1:], other[1:]) + (one[0] != other[0])
    return min(same, levenshtein(one[1:], other) + 1, levenshtein(one, other[1:]) + 1)


def test_edits_by_brute_force():
    rng = np.random.default_rng(7)
    texts = [
        [list(rng.integers(0, 3, rng.integers(shortest, longest + 1))) for _ in range(60)]
        for shortest, longest in ((0, 4), (1, 5))
    ]
    read, labels = (
        np.array([text + [9] * (longest - len(text)) for text in several], np.uint8)
        for several, longest in zip(texts, (4, 5), strict=True)
    )
    expected = [levenshtein(one, other) for one, other in zip(*texts, strict=True)]
    assert edits(read, labels, 9).tolist() == expected
    lengths = text_lengths(labels, 9)
    right = right_characters(read, labels, 9)
    assert lengths.tolist() == [len(text) for text in texts[1]]
    assert ((right == lengths) == [one == other for one, other in zip(*texts, strict=True)]).all()
    assert Tally(counts=histogram(right, lengths)).characters == lengths.sum()


def test_distances_by_brute_force():
    rng = np.random.default_rng(6)
    before, after = (rng.random((7, 3, 4, 1)).astype(np.float32) for _ in range(2))
    linf, l2 = distances(before, after)
    for n in range(7):
        change = (after[n].astype(float) - before[n]).ravel()
        assert linf[n] == pytest.approx(max(abs(change)))
        assert l2[n] == pytest.approx(sum(change**2) ** 0.5)


@pytest.mark.parametrize(
    ("hits", "trials", "shown"),
    [
        (0, 0, "-"),
        (0, 10_000, "0.0 %"),
        (1, 10_000, "0.1 %"),
        (9_999, 10_000, "99.9 %"),
        (10_000, 10_000, "100.0 %"),
        (1, 3, "33.3 %"),
    ],
)
def test_rates_are_rounded_honestly(hits, trials, shown):
    assert percent(hits, trials) == shown


def test_what_a_constant_answer_gets_right():
    """Place by place; chosen on other captchas than it is measured on; blanks are no characters."""
    rng = np.random.default_rng(5)
    same = np.tile(np.arange(7, dtype=np.uint8), (50, 1))
    assert constant_accuracy(same) == 1.0
    digits = rng.integers(0, 10, (60, 4)).astype(np.uint8)
    assert np.mean(
        [constant_accuracy(rng.integers(0, 10, (60, 4)).astype(np.uint8)) for _ in range(200)]
    ) == pytest.approx(0.1, abs=0.01)
    prefixed = np.concatenate([same[:, :4], digits[:50]], axis=1)
    assert constant_accuracy(prefixed) == pytest.approx(0.5 + 0.05, abs=0.04)
    lengths = rng.integers(1, 9, 400)
    texts = rng.integers(0, 10, (400, 8)).astype(np.uint8)
    texts[np.arange(8) >= lengths[:, None]] = 10
    assert constant_accuracy(texts, 10) < 0.25, "0.44 of the places are blank"
    assert constant_accuracy(np.zeros((1, 3), np.uint8)) == 1.0
