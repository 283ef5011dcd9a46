"""Paired tests, held against their definition and against what chance does."""

from math import comb

import numpy as np
import pytest

from harness.paired import mcnemar, rise, upper_half_tail


@pytest.mark.parametrize(
    ("hits", "trials"), [(0, 0), (0, 9), (5, 9), (9, 9), (60, 100), (510, 1000)]
)
def test_the_tail_is_that_of_a_fair_coin(hits, trials):
    counted = sum(comb(trials, k) for k in range(hits, trials + 1)) / 2**trials
    assert upper_half_tail(hits, trials) == pytest.approx(counted, rel=1e-9)


def test_a_tail_of_a_million_throws_takes_no_time():
    assert upper_half_tail(500_000, 1_000_000) == pytest.approx(0.5, abs=1e-3)
    assert upper_half_tail(501_500, 1_000_000) == pytest.approx(0.00135, rel=0.02)  # 3 errors


def test_only_captchas_that_one_of_both_reads_count():
    both, neither = np.ones(500, bool), np.zeros(500, bool)
    first = np.concatenate([both, neither, np.zeros(8, bool)])
    second = np.concatenate([both, neither, np.ones(8, bool)])
    assert mcnemar(first, second) == pytest.approx(0.5**8)
    assert mcnemar(second, first) == 1.0
    assert mcnemar(first, first) == 1.0


@pytest.mark.parametrize("together", [0.0, 0.9])
def test_breakers_that_are_as_good_differ_by_chance_no_oftener_than_it_says(together):
    """Both read 60 %; `together` of the captchas are hard or easy for both alike."""
    numbers, alarms = np.random.default_rng(3), 0
    for _ in range(1000):
        shared = numbers.random(300) < together
        easy = numbers.random(300) < 0.6
        first, second = (np.where(shared, easy, numbers.random(300) < 0.6) for _ in range(2))
        alarms += mcnemar(first, second) <= 0.05
    assert alarms / 1000 <= 0.06


def test_the_error_of_a_rise_is_that_of_the_captchas_and_of_the_trainings():
    numbers, seen = np.random.default_rng(4), []
    for _ in range(1000):
        easy = numbers.random(400)
        before, after = (
            np.array([easy < share + numbers.normal(0, 0.02) for _ in range(3)])
            for share in (0.6, 0.65)
        )
        gain, error = rise(before, after)
        seen.append((gain - 0.05) / error)
    assert np.mean(seen) == pytest.approx(0, abs=0.1)
    assert 0.9 < np.std(seen) < 1.7  # few trainings guess their spread badly, and are not sure
    gain, error = rise(np.zeros((1, 1), bool), np.ones((1, 1), bool))
    assert (gain, error) == (1.0, np.inf)
