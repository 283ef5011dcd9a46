"""Trainings that ended too early are told from those that had come to their end."""

import numpy as np
import pytest
from planted import Planted

from harness.measurements.training.convergence import still_learning

QUICK = (  # four_heads of the sweep quick: training, validation per character, per captcha
    (0.102, 0.104, 0.0),
    (0.123, 0.143, 0.0),
    (0.280, 0.403, 0.028),
    (0.561, 0.542, 0.092),
    (0.710, 0.596, 0.132),
    (0.804, 0.632, 0.152),
)


def history(rows):
    names = "character_accuracy", "validation_character_accuracy", "validation_captcha_accuracy"
    return [{"epoch": n} | dict(zip(names, row, strict=False)) for n, row in enumerate(rows, 1)]


def test_the_breaker_of_quick_was_still_learning():
    assert still_learning(history(QUICK), 250, 1000)
    assert still_learning(history([row[:1] for row in QUICK]), None, None)


def test_what_rises_on_validation_captchas_is_learned_though_all_training_captchas_are_read():
    rows = [(0.5, 0.6, 0.2), (0.9, 0.8, 0.5), (0.995, 0.82, 0.5), (1.0, 0.87, 0.57)]
    assert still_learning(history(rows), 1000, 4000)
    assert not still_learning(history(rows), 50, 200)  # as may be by chance


@pytest.mark.parametrize(
    "rows",
    [
        [(0.6, 0.5, 0.5), (0.9, 0.9, 0.9), (0.96, 0.95, 0.95), *[(0.98, 0.955, 0.955)] * 3],
        [(0.89, 0.958, 0.958), (0.966, 0.968, 0.968), (0.976, 0.98, 0.98), (0.984, 0.976, 0.976)],
        [(0.2, 0.2, 0.0), (0.5, 0.5, 0.1), *[(0.7 + 0.05 * n, 0.62, 0.2) for n in range(4)]],
        [(0.5, 0.6, 0.2), (0.9, 0.8, 0.5), (0.995, 0.82, 0.53), (1.0, 0.83, 0.54)],
        [(0.5,), (0.9,), (0.96,), (1.0,)],
        [(0.1, 0.1, 0.0)] * 6,
    ],
    ids=["flat", "small_cnn", "overfit", "learned_by_heart", "nothing_left_to_learn", "stuck"],
)
def test_trainings_that_came_to_their_end(rows):
    assert not still_learning(history(rows), 1000, 4000)


def test_what_patience_has_ended_is_at_its_end():
    rows = history([*QUICK, (0.81, 0.630, 0.15), (0.82, 0.631, 0.14)])
    assert not still_learning(rows, 250, 1000, patience=2)


def rounds(rows, plateau):
    shown = [{"shown": 2048 * n, "plateau": plateau} for n in range(1, len(rows) + 1)]
    return [row | at for row, at in zip(history(rows), shown, strict=True)]


def test_what_went_on_until_a_plateau_is_at_its_end():
    """The rate falls over the last rounds, and accuracy rises, whether it had learned or not."""
    rises = [(0.4 + 0.05 * n, 0.4 + 0.05 * n, 0.2 + 0.05 * n) for n in range(9)]
    assert still_learning(rounds(rises, 0.0), 1000, 4000)
    assert not still_learning(rounds(rises, 1.0), 1000, 4000)
    flat = [*rises[:3], *[rises[3]] * 6]
    falls = [tuple(figure + 0.04 * n for figure in flat[-1]) for n in range(1, 4)]
    assert still_learning(history(flat + falls), 1000, 4000)
    assert not still_learning(rounds(flat + falls, 0.0), 1000, 4000)


def test_captchas_that_become_easier_are_no_sign_of_learning():
    rising = history([(0.8 + 0.02 * n,) for n in range(6)])
    assert still_learning(rising, None, None)
    assert not still_learning(rising, None, None, eased=True)
    assert still_learning(history([(0.5 + 0.06 * n,) for n in range(6)]), None, None, eased=True)


def test_one_epoch_is_held_against_what_was_there_before():
    rows = history([(0.5, 0.7, 0.2)])
    assert still_learning(rows, 250, 1000, start=0.1)
    assert not still_learning(rows, 250, 1000)
    assert not still_learning([], 250, 1000)


@pytest.mark.parametrize("captchas", [50, 250, 2000])
def test_the_noise_of_a_validation_split_raises_no_alarm(captchas):
    """A breaker that reads 90 % in each epoch, measured on other captchas each time."""
    numbers = np.random.default_rng(1)
    raised = 0
    for _ in range(400):
        read = numbers.binomial(captchas, 0.9, 10) / captchas
        rows = history([(0.93, share, share) for share in read])
        raised += still_learning(rows, captchas, captchas)
    assert raised / 400 < 0.03


def codes(document):
    return {one.defense: one.warnings for one in document.breakers}


def test_the_warning_reaches_the_breaker_and_its_defended_forms(tmp_path):
    more = '[defenses.f]\ndefense = "adversarial_finetune"\n[defenses.m]\ndefense = "mean_blur"\n'
    home = Planted(tmp_path / "home", [[0, 1, 2]] * 4, more, validation=250)
    home.draw()
    home.train(history(QUICK), history([(0.98, 0.9, 0.9)] * 6))
    home.read()
    found = codes(home.document())
    assert "still_learning" in found["none"]
    assert "still_learning" in found["m"]  # a filter before the same breaker
    assert "still_learning" not in found["f"]
