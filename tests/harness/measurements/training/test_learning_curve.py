"""Learning curves that still rise are told from flat ones, what is known by heart is noticed."""

import numpy as np
import pytest

from harness.measurements.training.learning_curve import (
    Trainings,
    is_curve,
    is_level,
    memorized,
    still_rises,
)
from harness.results.tally import Tally

CAPTCHAS = 1000


def trainings(numbers, images, share, repeats=1, spread=0.0, easy=None):
    easy = numbers.random(CAPTCHAS) if easy is None else easy
    each = [share + numbers.normal(0, spread) for _ in range(repeats)]
    own = numbers.random((repeats, CAPTCHAS)) < 0.3  # the rest is hard for all alike
    luck = numbers.random((repeats, CAPTCHAS))
    whole = np.where(own, luck, easy) < np.array(each)[:, None]
    return Trainings(images, whole)


def curve(seed, *sizes, **more):
    numbers = np.random.default_rng(seed)
    easy = numbers.random(CAPTCHAS)
    return [trainings(numbers, images, share, easy=easy, **more) for images, share in sizes]


def test_a_curve_that_rises_is_noticed():
    assert still_rises(curve(1, (500, 0.3), (1000, 0.5), (2000, 0.7)))
    assert still_rises(curve(1, (2000, 0.7), (500, 0.3), (1000, 0.62)))  # in any order
    assert still_rises(curve(1, (1000, 0.5), (2000, 0.7), repeats=3, spread=0.01))


def test_a_curve_at_its_end_is_none():
    assert not still_rises(curve(1, (500, 0.3), (1000, 0.7), (2000, 0.7)))
    assert not still_rises(curve(1, (1000, 0.9), (2000, 0.995)))  # nothing is left to read
    assert not still_rises(curve(1, (1000, 0.7), (2000, 0.5)))
    assert not still_rises(curve(1, (500, 0.6), (1000, 0.4), (2000, 0.5)))  # falls as far


def test_a_curve_is_level_where_a_rise_is_ruled_out_and_not_where_it_is_not_seen():
    assert is_level(curve(1, (500, 0.3), (1000, 0.7), (2000, 0.7 - 0.06)))
    assert not is_level(curve(1, (1000, 0.5), (2000, 0.52)))
    few = [Trainings(size.images, size.whole[:, :60]) for size in curve(1, (9, 0.5), (20, 0.54))]
    assert not is_level(few)
    assert not still_rises(few)


def test_numbers_that_hardly_differ_are_no_curve():
    assert not is_curve(curve(1, (1000, 0.5)))
    assert not is_curve(curve(1, (1900, 0.4), (2000, 0.5)))
    assert is_curve(curve(1, (1000, 0.4), (2000, 0.5)))
    # 1,900 and 2,000 are the same end: what 1,000 read is what they are held against.
    assert still_rises(curve(1, (1000, 0.4), (1900, 0.55), (2000, 0.55)))


@pytest.mark.parametrize(("repeats", "spread"), [(1, 0.0), (2, 0.015), (3, 0.015)])
def test_flat_curves_raise_hardly_an_alarm(repeats, spread):
    """More captchas change nothing; trainings of one number differ by their random start."""
    sizes = [(1000, 0.6), (2000, 0.6)]
    alarms = [still_rises(curve(n, *sizes, repeats=repeats, spread=spread)) for n in range(600)]
    assert np.mean(alarms) <= 0.02


def fresh(numbers, share, count=500, length=4):
    right = (numbers.random((count, length)) < share).sum(axis=1)
    return Tally(counts=(tuple(np.bincount(right, minlength=length + 1).tolist()),))


def history(learned):
    return [{"epoch": 1, "character_accuracy": 0.2}, {"epoch": 2, "character_accuracy": learned}]


def test_what_is_known_by_heart_is_noticed():
    numbers = np.random.default_rng(5)
    assert memorized(history(0.98), fresh(numbers, 0.72))  # four_heads on 4,000 digits, Adam
    assert memorized(history(1.0), Tally(counts=((400, 50, 50, 0, 0),)))
    assert not memorized(history(0.99), fresh(numbers, 0.98))
    assert not memorized(history(0.3), fresh(numbers, 0.3))
    assert not memorized(history(0.1), Tally(counts=((500, 0, 0, 0, 0),)))
    assert not memorized([], fresh(numbers, 0.5))
    assert not memorized(history(1.0), Tally(counts=((0, 0, 0, 0, 500),)))


def test_easy_blanks_are_no_learning():
    """Half of all positions are blank and always right: 0.9 of them is 0.8 of the characters."""
    tally = fresh(np.random.default_rng(6), 0.8, 2000)
    assert memorized(history(0.9), tally)
    assert not memorized(history(0.9), tally, padding=2.0)


@pytest.mark.parametrize("parts", [(0.9,) * 4, (1.0, 1.0, 1.0, 0.4), (0.3, 0.99)])
def test_a_breaker_that_reads_its_training_captchas_no_better_raises_no_alarm(parts):
    """Characters are not alike: the last may be cut off, or half of all captchas hard."""
    numbers, alarms = np.random.default_rng(7), 0
    for _ in range(300):
        hard = len(parts) == 2
        chances = numbers.choice(parts, (300, 1)) if hard else np.array(parts)
        right = (numbers.random((300, 4)) < chances).sum(axis=1)
        tally = Tally(counts=(tuple(np.bincount(right, minlength=5).tolist()),))
        alarms += memorized(history(float(np.mean(parts))), tally)
    assert alarms == 0
