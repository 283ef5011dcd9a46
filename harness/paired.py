"""Paired tests: breakers that read the same captchas, compared captcha by captcha."""

import math

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.bool_]  # [captchas]: whether all characters of each captcha were right


def mcnemar(fewer: Whole, more: Whole) -> float:
    """Compute how likely it is by chance that `more` reads more captchas than `fewer`.

    Captchas that both read, or neither, say nothing about which is better. If both are as good,
    each of the others is as likely read by the first as by the second.

    Args:
        fewer: captchas that a breaker reads, bool [n].
        more: those of the same captchas that another one reads, bool [n].

    Returns:
        One-sided p-value in (0, 1].

    Source:
        McNemar 1947; the exact test, without its approximation by chi-squared.
    """
    gained, lost = int((more & ~fewer).sum()), int((fewer & ~more).sum())
    return upper_half_tail(gained, gained + lost)


def upper_half_tail(hits: int, trials: int) -> float:
    """Compute the chance of `hits` or more heads in `trials` throws of a fair coin."""
    if hits <= 0:
        return 1.0
    choose = math.lgamma(trials + 1) - math.lgamma(hits + 1) - math.lgamma(trials - hits + 1)
    numbers = np.arange(hits, trials)
    logs = choose + np.append(0.0, np.cumsum(np.log((trials - numbers) / (numbers + 1))))
    return min(1.0, float(np.exp(logs - trials * math.log(2)).sum()))


def rise(before: npt.NDArray[np.bool_], after: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Compute by how much the mean of some trainings reads more than the mean of others.

    Args:
        before: captchas that each training reads, bool [trainings, n].
        after: those of the same captchas that each of the other trainings reads.

    Returns:
        Difference of captcha accuracy, and its standard error: that of the captchas, which are the
        same for all, and that of the trainings wherever there are two or more of them.
    """
    each = after.mean(axis=0) - before.mean(axis=0)
    variance = float(each.var(ddof=1)) / len(each) if len(each) > 1 else math.inf
    for trainings in (before, after):
        if len(trainings) > 1:
            variance += float(trainings.mean(axis=1).var(ddof=1)) / len(trainings)
    return float(each.mean()), math.sqrt(variance)
