"""Learning curves: whether a breaker would read more if it had learned from more captchas."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from harness.measurements.training.convergence import TRAINING
from harness.metrics import wilson
from harness.paired import mcnemar, rise
from harness.results.tally import Tally

APART = 0.75  # of the largest number of captchas: with more than this, a number is no other one
RISE = 0.02  # of captcha accuracy: less is not worth more labels
CHANCE = 0.01  # of an alarm where both read as much
SURE = 3.0  # standard errors of a rise between means of several trainings, whose spread is guessed
LIKELY = 2.0  # standard errors within which a rise is not ruled out
NEARLY_ALL = 0.99  # of captchas: from here on more labels change nothing for anybody
GAP = 0.1  # of captcha accuracy, between training captchas and fresh ones


@dataclass(frozen=True)
class Trainings:
    """The trainings of one recipe on one number of captchas.

    Attributes:
        images: the number.
        whole: test captchas that each of them reads, bool [trainings, captchas].
    """

    images: int
    whole: npt.NDArray[np.bool_]

    @property
    def mean(self) -> float:
        """Give their mean captcha accuracy."""
        return float(self.whole.mean())


def is_curve(sizes: Sequence[Trainings]) -> bool:
    """Tell whether trainings of one recipe were on numbers of captchas that are far apart."""
    images = [size.images for size in sizes]
    return min(images) <= APART * max(images)


def still_rises(sizes: Sequence[Trainings]) -> bool:
    """Tell whether a learning curve still rises at its end, beyond chance.

    The trainings on most captchas are held against those on the largest number that is clearly
    smaller, on the same test captchas. How much trainings differ by their random start is known
    only where they are repeated; otherwise a fall anywhere on the curve shows that, and the rise
    must be larger.

    Args:
        sizes: of one recipe, which `is_curve`.
    """
    ordered = sorted(sizes, key=lambda size: size.images)
    before, last = _ends(ordered)
    gain, error = rise(before.whole, last.whole)
    falls = max((first.mean - second.mean for first, second in pairwise(ordered)), default=0.0)
    if last.mean >= NEARLY_ALL or gain < RISE or gain <= falls:
        return False
    if len(before.whole) == len(last.whole) == 1:
        return mcnemar(before.whole[0], last.whole[0]) <= CHANCE
    return gain >= SURE * error


def is_level(sizes: Sequence[Trainings]) -> bool:
    """Tell whether a learning curve has come to its end: whether a rise worth it is ruled out.

    Args:
        sizes: of one recipe, which `is_curve`.
    """
    before, last = _ends(sorted(sizes, key=lambda size: size.images))
    gain, error = rise(before.whole, last.whole)
    return gain + LIKELY * error < RISE


def _ends(ordered: Sequence[Trainings]) -> tuple[Trainings, Trainings]:
    """Give the trainings on the largest number that is clearly smaller than the last, and these."""
    last = ordered[-1]
    return [size for size in ordered if size.images <= APART * last.images][-1], last


def memorized(history: Sequence[Mapping[str, float]], fresh: Tally, padding: float = 1.0) -> bool:
    """Tell whether a breaker knows its training captchas by heart, and reads far fewer fresh ones.

    A captcha's characters fail together: how captcha accuracy follows from character accuracy is
    taken from the fresh captchas, on which both are known. Characters of training captchas are
    counted while they are distorted and the weights still change, which makes them fewer.

    Args:
        history: of harness.breakers.training.fit, a row for each epoch.
        fresh: what it reads of captchas that it was not trained on.
        padding: characters and blanks of a captcha for each of its characters, 1 without blanks:
            blanks are easy, and count as right in the history.
    """
    if not history or TRAINING not in history[-1] or not fresh.right_characters:
        return False
    learned = 1 - padding * (1 - history[-1][TRAINING])
    characters = fresh.right_characters / fresh.characters
    if not characters < learned <= 1:
        return False
    whole = max(fresh.right_captchas, 0.5) / fresh.captchas
    together = math.log(whole) / math.log(characters)
    known = float(learned**together)
    return known - wilson(fresh.right_captchas, fresh.captchas)[1] >= GAP
