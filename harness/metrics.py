"""Metrics: accuracy and its intervals, distances of images, ROC curves; in numpy alone."""

import math

import numpy as np
import numpy.typing as npt

Z95 = 1.959963984540054  # standard normal quantile of 0.975
RESAMPLES = 4000
CONSTANT_OF = 2000  # captchas behind what a constant answer gets right


Scores = npt.NDArray[np.floating]
Classes = npt.NDArray[np.integer]  # class numbers [n, length]; uint8 in the store
Counts = tuple[tuple[int, ...], ...]  # for each length: captchas with 0, 1, ..., length right


def right_characters(
    classes: Classes, labels: Classes, blank: int | None = None
) -> npt.NDArray[np.int64]:
    """Count how many characters of each captcha are right.

    Args:
        classes: what was read, [n, length].
        labels: what is right, [n, length]; another length only where there is a blank.
        blank: the class that stands for no character, where texts differ in length.

    Returns:
        int [n]. Without a blank, position by position. With one, the text's length less the fewest
        characters to insert, delete or replace (Levenshtein), and never below 0: a text with one
        character too many is not all wrong from there on, and only the very text is all right.
        Blanks between characters are no characters: what would be typed is what counts.
    """
    if blank is None:
        right: npt.NDArray[np.int64] = np.sum(classes == labels, axis=1, dtype=np.int64)
        return right
    left: npt.NDArray[np.int64] = text_lengths(labels, blank) - edits(classes, labels, blank)
    return np.maximum(left, 0, out=left)


def text_lengths(labels: Classes, blank: int | None = None) -> npt.NDArray[np.int64]:
    """Count the characters of each captcha, int [n], from class numbers [n, length]."""
    if blank is None:
        return np.full(len(labels), labels.shape[1], np.int64)
    lengths: npt.NDArray[np.int64] = np.sum(labels != blank, axis=1, dtype=np.int64)
    return lengths


def accuracies(classes: Classes, labels: Classes, blank: int | None = None) -> tuple[float, float]:
    """Give the shares of characters and of whole captchas that are right; see right_characters."""
    right, lengths = right_characters(classes, labels, blank), text_lengths(labels, blank)
    return float(right.sum() / lengths.sum()), float((right == lengths).mean())


def constant_accuracy(labels: npt.NDArray[np.uint8], blank: int | None = None) -> float:
    """Measure the character accuracy of answering the same text for every captcha.

    The text is chosen on one half of the captchas and measured on the other, and the other way
    round, so that few captchas do not flatter it.

    Args:
        labels: class numbers [n, length].
        blank: the class that stands for no character, where texts differ in length.

    Returns:
        Character accuracy in [0, 1], as `right_characters` counts it.
    """
    some = labels[:CONSTANT_OF]
    halves = (some[::2], some[1::2]) if len(some) > 1 else (some, some)
    right = characters = 0
    for chosen_on, measured_on in (halves, halves[::-1]):
        text = max(_constants(chosen_on, blank), key=lambda text: _hits(text, chosen_on, blank))
        right += _hits(text, measured_on, blank)
        characters += int(text_lengths(measured_on, blank).sum())
    return right / characters


def _constants(labels: npt.NDArray[np.uint8], blank: int | None) -> list[npt.NDArray[np.uint8]]:
    """List texts that may be right most often: the most frequent character of each position."""
    counts = np.array([np.bincount(column, minlength=256) for column in labels.T])
    if blank is None:
        return [counts.argmax(axis=1).astype(np.uint8)]
    counts[:, blank] = 0
    text = counts.argmax(axis=1).astype(np.uint8)
    shorter = [np.where(np.arange(len(text)) < length, text, blank) for length in range(len(text))]
    return [np.asarray(row, np.uint8) for row in (*shorter, text)]


def _hits(text: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8], blank: int | None) -> int:
    return int(right_characters(np.tile(text, (len(labels), 1)), labels, blank).sum())


def blanks_last(classes: Classes, blank: int | None = None) -> Classes:
    """Move the blanks of each row to its end: "ab_c" is typed as "abc", and is that text.

    Args:
        classes: class numbers [n, length], of texts that were read.
        blank: the class that stands for no character; None: there are none to move.

    Returns:
        [n, length] of the same type, the characters in their order.
    """
    if blank is None:
        return classes
    order = np.argsort(classes == blank, axis=1, kind="stable")
    return np.take_along_axis(classes, order, axis=1)


def edits(first: Classes, second: Classes, blank: int) -> npt.NDArray[np.int64]:
    """Count the edits (Levenshtein distance) between each pair of texts, int [n], all at once.

    Source:
        Wagner and Fischer 1974.
    """
    first, second = blanks_last(first, blank), blanks_last(second, blank)
    lengths, others = text_lengths(first, blank), text_lengths(second, blank)
    row = np.tile(np.arange(second.shape[1] + 1), (len(first), 1))
    distance = np.where(lengths == 0, others, 0)
    for position in range(first.shape[1]):
        above, row = row, np.empty_like(row)
        row[:, 0] = position + 1
        for column in range(second.shape[1]):
            replaced = above[:, column] + (first[:, position] != second[:, column])
            moved = np.minimum(above[:, column + 1], row[:, column]) + 1
            row[:, column + 1] = np.minimum(replaced, moved)
        ends = row[np.arange(len(row)), others]
        distance = np.where(lengths == position + 1, ends, distance)
    return distance


def histogram(right: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> Counts:
    """Count the captchas with 0, 1, ..., length characters right, for each length that occurs."""
    return tuple(
        tuple(int(n) for n in np.bincount(right[lengths == length], minlength=int(length) + 1))
        for length in np.unique(lengths)
    )


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Compute the 95 % interval of a rate.

    Returns:
        (low, high) in [0, 1]; (0, 1) when there were no trials.

    Source:
        Wilson 1927, score interval.
    """
    if trials == 0:
        return 0.0, 1.0
    low, high = score_interval(hits / trials, trials)
    return 0.0 if hits == 0 else low, 1.0 if hits == trials else high


def score_interval(rate: float, trials: float) -> tuple[float, float]:
    """Compute the 95 % interval of a rate that is as sure as one of so many trials.

    Args:
        rate: in [0, 1].
        trials: above 0; no whole number where repeated trials are not independent.

    Source:
        Wilson 1927, score interval.
    """
    spread = 1 + Z95**2 / trials
    center = (rate + Z95**2 / (2 * trials)) / spread
    half = Z95 * math.sqrt(rate * (1 - rate) / trials + Z95**2 / (4 * trials**2)) / spread
    return max(0.0, center - half), min(1.0, center + half)


def character_interval(counts: Counts, seed: int) -> tuple[float, float]:
    """Compute the 95 % interval of character accuracy, by bootstrap over captchas.

    The characters of one captcha are not independent, so that captchas are what is drawn again.
    A resample of captchas only changes how many of each length have k right characters: a
    multinomial draw, which makes the bootstrap exact in that respect and fast.

    Args:
        counts: for each length, the number of captchas with 0, 1, ..., length right characters.
        seed: of the resampling.

    Returns:
        (low, high). With one character per captcha it is the Wilson interval. Where every captcha
        has the same share of right characters, resampling shows no spread; there the Wilson
        interval of the captchas, scaled to that share, keeps the bound from being a point.

    Source:
        Efron 1979; percentile interval, clustered by captcha.
    """
    cells = [(len(row) - 1, right, n) for row in counts for right, n in enumerate(row) if n]
    if not cells:
        return 0.0, 1.0
    length, right, times = (np.array(column) for column in zip(*cells, strict=True))
    captchas = int(times.sum())
    if (length == 1).all():
        return wilson(int(right @ times), captchas)
    shares = right / length
    if (shares == shares[0]).all():
        low, _high = wilson(captchas, captchas)
        level = float(shares[0])
        return level * low, level + (1 - level) * (1 - low)
    draws = np.random.default_rng(seed).multinomial(captchas, times / captchas, size=RESAMPLES)
    rates = (draws @ right) / (draws @ length)
    low, high = np.quantile(rates, [0.025, 0.975])
    return float(low), float(high)


def auroc(clean: Scores, perturbed: Scores) -> float:
    """Compute the chance that a perturbed image scores higher than a clean one; ties count half.

    Args:
        clean: scores [n].
        perturbed: scores [m].
    """
    ranked = np.sort(clean)
    below = np.searchsorted(ranked, perturbed, "left")
    level = np.searchsorted(ranked, perturbed, "right")
    return float((below + level).mean() / 2 / len(clean))


def roc(clean: Scores, perturbed: Scores, points: int) -> tuple[tuple[float, float], ...]:
    """Trace the ROC curve: (false alarms, detected) as the threshold falls, two shares a point.

    Args:
        clean: scores [n].
        perturbed: scores [m].
        points: thresholds that are tried; points that coincide are left out.
    """
    thresholds = np.quantile(clean, 1 - np.geomspace(1e-4, 1, points), method="higher")
    curve = {(float((clean > t).mean()), float((perturbed > t).mean())) for t in thresholds}
    return ((0.0, 0.0), *sorted(curve), (1.0, 1.0))


def distances(
    before: npt.NDArray[np.float32], after: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Compute the linf and the l2 distance of each image: two float [n], pixels in [0, 1]."""
    linf, l2 = (np.empty(len(before), np.float64) for _ in range(2))
    for n in range(len(before)):
        change = (after[n].astype(np.float64) - before[n]).ravel()
        linf[n], l2[n] = np.abs(change).max(), np.sqrt(change @ change)
    return linf, l2


def ssim(before: npt.NDArray[np.floating], after: npt.NDArray[np.floating]) -> float:
    """Compute the structural similarity of two images [height, width, channels] in [0, 1].

    Source:
        Wang, Bovik, Sheikh, Simoncelli 2004, equation 13: Gaussian window of 11 pixels and
        sigma 1.5, K1 0.01, K2 0.03; the mean over the pixels and channels.
    """
    import cv2

    def smooth(image: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(image, (11, 11), 1.5), np.float64)

    first, second = np.asarray(before, np.float64), np.asarray(after, np.float64)
    first, second = (
        image.squeeze(-1) if image.shape[-1] == 1 else image for image in (first, second)
    )
    c1, c2 = 0.01**2, 0.03**2
    mean1, mean2 = smooth(first), smooth(second)
    variance1 = smooth(first * first) - mean1 * mean1
    variance2 = smooth(second * second) - mean2 * mean2
    covariance = smooth(first * second) - mean1 * mean2
    likeness = ((2 * mean1 * mean2 + c1) * (2 * covariance + c2)) / (
        (mean1**2 + mean2**2 + c1) * (variance1 + variance2 + c2)
    )
    return float(likeness.mean())
