"""Calibration errors of breakers whose calibration is known, and of few captchas."""

import numpy as np
import pytest

from harness.calibration import BINS, calibration_error


def drawn(count, seed, confident=lambda chance: chance):
    """A breaker that is right with a chance that is uniform, and says something else of it."""
    numbers = np.random.default_rng(seed)
    chance = numbers.random(count)
    return confident(chance).astype(np.float32), numbers.random(count) < chance


def brute(confidence, right):
    """The expected calibration error as it is written down, bin by bin."""
    order = sorted(range(len(right)), key=lambda n: confidence[n])
    parts = np.array_split(order, BINS) if len(order) % BINS == 0 else None
    assert parts is not None, "the oracle cuts whole bins only"
    return sum(
        len(part) / len(order) * abs(np.mean(confidence[part], dtype=float) - right[part].mean())
        for part in parts
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_error_is_that_of_the_definition(seed):
    confidence, right = drawn(500, seed, np.sqrt)
    assert calibration_error(confidence, right, 1).error == pytest.approx(brute(confidence, right))


def test_a_breaker_that_is_too_sure_has_the_known_error():
    """It says sqrt(u) and is right with u: apart by 2/3 - 1/2 in the mean."""
    measured = calibration_error(*drawn(100_000, 1, np.sqrt), 1)
    assert measured.error == pytest.approx(1 / 6, abs=0.005)
    assert measured.mean_confidence == pytest.approx(2 / 3, abs=0.005)
    assert measured.by_chance_high < 0.01
    assert sum(each.texts for each in measured.bins) == 100_000
    for each in measured.bins:
        assert each.right / each.texts == pytest.approx(each.confidence**2, abs=0.02)


@pytest.mark.parametrize("count", [30, 100, 1000])
def test_few_captchas_do_not_look_miscalibrated(count):
    """The error of a calibrated breaker is what chance gives, whatever the number of captchas."""
    measured = [calibration_error(*drawn(count, seed), seed) for seed in range(200)]
    errors = np.mean([each.error for each in measured])
    assert errors == pytest.approx(np.mean([each.by_chance for each in measured]), rel=0.08)
    above = np.mean([each.error > each.by_chance_high for each in measured])
    assert above <= 0.1


def test_nothing_is_told_of_too_few_or_of_equal_confidence():
    confidence, right = drawn(29, 1)
    assert calibration_error(confidence, right, 1) is None
    assert calibration_error(np.full(100, 0.5, np.float32), np.ones(100, bool), 1) is None
    many = np.concatenate([np.zeros(500, np.float32), confidence])
    assert calibration_error(many, np.concatenate([np.zeros(500, bool), right]), 1) is None


def test_the_same_seed_gives_the_same_numbers():
    confidence, right = drawn(300, 2)
    assert calibration_error(confidence, right, 5) == calibration_error(confidence, right, 5)
