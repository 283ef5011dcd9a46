"""The attacker who chooses: against brute force, by chance, and on known calibration."""

import numpy as np
import pytest

from harness.metrics import wilson
from harness.selective_prediction import (
    COVERAGES,
    FEWEST,
    Budgets,
    Scored,
    best_coverage,
    by_coverage,
    selections,
    submitted,
    threshold_at,
)

TEN_LOADS = Budgets(tries=1000, loads=10_000)


def calibrated(count, seed):
    """A breaker that is right as often as it is sure, and as sure of one share as of another.

    Its confidence u is uniform in (0, 1): of the surest share c, it reads 1 - c / 2 right.
    """
    numbers = np.random.default_rng(seed)
    sure = numbers.random(count, dtype=np.float32)
    return Scored(sure, numbers.random(count) < sure)


def tied(count, seed, levels=6):
    numbers = np.random.default_rng(seed)
    sure = (numbers.integers(0, levels, count) / (levels - 1)).astype(np.float32)
    return Scored(sure, numbers.random(count) < sure)


@pytest.mark.parametrize("coverage", [1.0, 0.5, 0.1, 0.03, 0.001])
@pytest.mark.parametrize("seed", range(6))
def test_the_threshold_lets_the_surest_share_through_and_those_that_tie(coverage, seed):
    for scored in (calibrated(83, seed), tied(83, seed), tied(7, seed)):
        sure = sorted((float(c) for c in scored.confidence), reverse=True)
        wanted = next(k for k in range(1, len(sure) + 1) if k >= coverage * len(sure) - 1e-9)
        possible = [c for c in sure if c > 0]
        brute = [c for c in possible if c >= sure[wanted - 1]]
        chosen = submitted(scored.confidence, threshold_at(scored.confidence, coverage))
        assert sorted(scored.confidence[chosen].tolist(), reverse=True) == brute
        assert len(brute) >= min(wanted, len(possible))


def test_what_cannot_be_right_is_never_submitted():
    nothing = Scored(np.zeros(50, np.float32), np.zeros(50, np.bool_))
    fixed, best = selections(nothing, nothing, TEN_LOADS)
    assert {each.submitted for each in (*fixed, best)} == {0}
    some = Scored(np.float32([0, 0, 0.5, 0]), np.array([False, False, True, False]))
    assert submitted(some.confidence, threshold_at(some.confidence, 1.0)).tolist() == [
        False, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(("tries", "loads"), [(100, 1000), (100, 100), (100, 50), (1000, 1001)])
def test_captchas_solved_a_day_are_those_of_a_day_played_out(tries, loads):
    numbers = np.random.default_rng(tries + loads)
    sure, right = numbers.random(400), numbers.random(400)
    chosen, solves = sure > 0.8, right < 0.7
    solved = 0
    days = 400
    for _day in range(days):
        left_tries, left_loads = tries, loads
        while left_tries and left_loads:
            captcha = numbers.integers(400)
            left_loads -= 1
            if chosen[captcha]:
                left_tries -= 1
                solved += solves[captcha]
    shown, sent, hits = 400, int(chosen.sum()), int((chosen & solves).sum())
    expected = Budgets(tries, loads).solved(hits, sent, shown)
    assert solved / days == pytest.approx(expected, rel=0.05)


def test_a_calibrated_breaker_has_the_known_curve():
    test, chooses = calibrated(200_000, 1), calibrated(50_000, 2)
    fixed, best = selections(test, chooses, TEN_LOADS)
    assert [each.coverage for each in fixed] == list(COVERAGES)
    for each in fixed:
        assert each.submitted / each.shown == pytest.approx(each.coverage, rel=0.05)
        assert each.right / each.submitted == pytest.approx(1 - each.coverage / 2, abs=0.005)
        assert each.threshold == pytest.approx(1 - each.coverage, abs=0.01)
    assert best.coverage == 0.1
    solved = TEN_LOADS.solved(best.right, best.submitted, best.shown)
    assert solved == pytest.approx(950, rel=0.03)
    for sent, hits in by_coverage(test, 12):
        share = sent / len(test)
        assert hits / sent == pytest.approx(1 - share / 2, abs=4 * (0.25 / sent) ** 0.5)


@pytest.mark.parametrize(
    ("tries", "loads", "coverage"), [(1000, 1000, 1.0), (1000, 2000, 0.5), (1000, 4000, 0.25)]
)
def test_the_best_coverage_spends_both_budgets(tries, loads, coverage):
    assert best_coverage(calibrated(20_000, 3), Budgets(tries, loads), 10_000) == coverage


def test_where_the_surest_are_wrong_everything_is_submitted():
    sure = calibrated(20_000, 4)
    misled = Scored(1 - sure.confidence, sure.right)
    assert best_coverage(misled, TEN_LOADS, 10_000) == 1.0
    always = Scored(sure.confidence, np.ones(20_000, np.bool_))
    assert best_coverage(always, TEN_LOADS, 10_000) == 1.0, "of equal ones the fewest loads"


def test_a_coverage_that_cannot_be_measured_is_not_chosen():
    many = Budgets(tries=1000, loads=1_000_000)
    assert best_coverage(calibrated(20_000, 5), many, 1000) == pytest.approx(2 * FEWEST / 1000)
    assert best_coverage(calibrated(20_000, 5), many, 40) == 1.0
    assert best_coverage(calibrated(20_000, 5), many, 0) == 1.0


@pytest.mark.parametrize("cross_fitted", [False, True])
def test_intervals_hold_what_they_say(cross_fitted):
    """Of 95 % intervals, 95 of 100 hold the precision that the chosen threshold truly has."""
    inside = {0.5: 0, 0.1: 0, "best": 0}
    for seed in range(600):
        test = calibrated(600, 10_000 + seed)
        chooses = None if cross_fitted else calibrated(200, 20_000 + seed)
        fixed, best = selections(test, chooses, TEN_LOADS)
        for name, each in zip((1.0, 0.5, 0.1, 0.01, "best"), (*fixed, best), strict=True):
            if name in inside:
                low, high = wilson(each.right, each.submitted)
                inside[name] += low <= (1 + each.threshold) / 2 <= high
    assert all(0.93 <= hits / 600 <= 0.975 for hits in inside.values()), inside


def test_what_is_chosen_on_other_captchas_is_not_flattered():
    """Confidence that says nothing, a fifth right: choosing must not seem to help."""
    rates = {"validation": [], "halves": [], "itself": []}
    for seed in range(400):
        numbers = np.random.default_rng(seed)

        def useless(count, numbers=numbers):
            return Scored(numbers.random(count, dtype=np.float32), numbers.random(count) < 0.2)

        test, other = useless(400), useless(200)
        for name, chooses in (("validation", other), ("halves", None), ("itself", test)):
            best = selections(test, chooses, TEN_LOADS)[1]
            rates[name].append(best.right / best.submitted)
    means = {name: np.mean(each) for name, each in rates.items()}
    assert means["validation"] == pytest.approx(0.2, abs=0.006)
    assert means["halves"] == pytest.approx(0.2, abs=0.006)
    assert means["itself"] > 0.21, "the same choice, made on the captchas that it is measured on"


@pytest.mark.parametrize("seed", range(4))
def test_the_curve_counts_ties_together(seed):
    for scored in (tied(300, seed), calibrated(300, seed), tied(31, seed)):
        there = np.count_nonzero(scored.confidence)
        for sent, hits in by_coverage(scored, 9):
            least = np.sort(scored.confidence)[::-1][sent - 1]
            chosen = scored.confidence >= least
            assert (sent, hits) == (chosen.sum(), (chosen & scored.right).sum())
            assert sent >= FEWEST
        curve = by_coverage(scored, 9)
        assert not curve or curve[-1][0] == there
    assert by_coverage(tied(20, seed), 9) == ()
