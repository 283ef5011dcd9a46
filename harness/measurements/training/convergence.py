"""Convergence: whether a training was still improving when its epochs were over."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

History = Sequence[Mapping[str, float]]
CAPTCHAS, CHARACTERS = "validation_captcha_accuracy", "validation_character_accuracy"
ROBUST, TRAINING = "validation_robust_accuracy", "character_accuracy"
# Of harness.breakers.plateau_training. 1: a plateau has ended the training; 0: its budget.
PLATEAU, SHOWN = "plateau", "shown"
STEADY = 0.75  # of the images shown: until there the rate does not fall
LAST = 5  # the last fifth of the epochs decides
RISE = 0.02  # of accuracy over that fifth: less is not worth a longer training
EASED = 0.05  # the same, for training captchas that are distorted less and less
SURE, LIKELY = 2.0, 1.0  # a rise in standard errors of the validation captchas: alone, or with
# the training captchas rising as well
LEARNED = 0.99  # of the training characters: from here on they show no learning any more


def still_learning(
    history: History,
    captchas: int | None,
    characters: int | None,
    patience: int = 0,
    start: float | None = None,
    eased: bool = False,
) -> bool:
    """Tell whether a longer training would read more, as far as its epochs can tell.

    The last fifth of the epochs must hold the best one, and accuracy must rise over it by RISE or
    more: on validation captchas by more than their number lets expect by chance, even where all
    training captchas are read; where there are no validation captchas, on the training captchas.
    Of a training that goes on until a plateau, one that has come to it is at its end; of one whose
    budget was over before, what counts is before its rate falls: whatever falls makes accuracy
    rise.

    Args:
        history: of harness.breakers.training.fit, a row for each epoch.
        captchas: of the validation split; None: there was none.
        characters: of the validation split.
        patience: epochs without a better one after which the training stopped by itself.
        start: accuracy per character before the first epoch, where that is known: what a training
            of one epoch is held against.
        eased: whether the training captchas become easier towards the end.
    """
    rows = list(history)
    if rows and PLATEAU in rows[-1]:
        if rows[-1][PLATEAU]:
            return False
        rows = [row for row in rows if row[SHOWN] <= STEADY * rows[-1][SHOWN]]
    if not rows or _stopped(rows, patience):
        return False
    learned = [row[TRAINING] for row in rows if TRAINING in row]
    trained = _rise(learned, start)[0] if learned else 0.0
    if not any(CAPTCHAS in row for row in rows):
        return learned[-1:] < [LEARNED] and trained >= (EASED if eased else RISE)
    validated = _validated(rows, captchas, characters, start)
    enough = LIKELY if trained >= RISE else SURE
    return any(rise >= RISE and rise >= enough * error for rise, error in validated)


def _stopped(rows: History, patience: int) -> bool:
    """Tell whether the training ended early, `patience` epochs after the best one."""
    reached = [(row[CAPTCHAS], row[CHARACTERS]) for row in rows if CAPTCHAS in row]
    if not patience or not reached:
        return False
    since = reached[::-1].index(max(reached))
    return since >= patience


def _validated(
    rows: History, captchas: int | None, characters: int | None, start: float | None
) -> Iterator[tuple[float, float]]:
    """List the rise of each validation figure whose best epoch is a late one, and its error."""
    for name, trials in ((CAPTCHAS, captchas), (CHARACTERS, characters), (ROBUST, captchas)):
        values = [row[name] for row in rows if name in row]
        if trials and values and max(values[-_late(values) :]) >= max(values):
            rise, share, reach = _rise(values, start if name == CHARACTERS else None)
            share = min(max(share, 1 / trials), 1 - 1 / trials)
            yield rise, reach * math.sqrt(share * (1 - share) / trials)


def _late(values: Sequence[float]) -> int:
    return math.ceil(len(values) / LAST)


def _rise(values: Sequence[float], start: float | None) -> tuple[float, float, float]:
    """Fit a line to the last fifth of the epochs; gives its rise, their mean, and its error.

    The error is that of the rise, in standard errors of one epoch's figure. The epochs are taken
    for independent; they read the same captchas, so that it is less.
    """
    late = _late(values)
    last = np.array(values[-late - 1 :])
    if len(values) == 1:
        last = np.array([values[0] if start is None else start, values[0]])
    away = np.arange(late + 1) - late / 2
    spread = float(away @ away)
    return float(away @ last) / spread * late, float(last.mean()), late / math.sqrt(spread)
