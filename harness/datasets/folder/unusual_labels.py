"""Unusual labels: those whose length or characters hardly any other label has."""

import math
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from statistics import fmean, median, pvariance

from harness.datasets.folder.label_spelling import Named, counted, listed_briefly

FEWEST = 3  # files with a character, or of a length, below which it is looked at
SHARE = 100  # likewise, files: a character or length in fewer than 1 in SHARE is looked at
AGREE = 20  # where more than 1 in AGREE labels are odd, they are usual: no warning
BY_CHANCE = 0.002  # what is likelier than this to be so rare by chance is not odd
FREQUENT = 4  # times as many files have a usual character as have the only ones of their kind
UNEVEN = 3.0  # variance of the characters' counts, in means, from where on texts are of a language
ONE_LENGTH = 0.9  # share of such texts that have one length, if a length can be odd


def unusual(labels: Sequence[Named], any_character: bool) -> Iterator[str]:
    """Warn of labels whose length or characters hardly any other label has.

    Args:
        labels: of each file its name and its label.
        any_character: whether characters are looked at (no alphabet was given).

    Yields:
        One line for each kind.
    """
    least = max(FEWEST, -(-len(labels) // SHARE))
    files = Counter(character for _name, label in labels for character in set(label))
    lengths = Counter(len(label) for _name, label in labels)
    few = _odd_lengths(lengths, len(labels), least, _of_a_language(files))
    odd = [named for named in labels if len(named[1]) in few]
    if _apart(odd, labels):
        usual = ", ".join(str(length) for length in sorted(set(lengths) - few))
        yield (
            f"odd_labels: {counted(len(odd), 'label')} of {len(labels):,} "
            f"{_has(odd)} another length than the others' ({usual}): {_quoted(odd)}; "
            "is it a label?"
        )
    if any_character:
        yield from _odd_characters(labels, files, least)


def _odd_lengths(lengths: Mapping[int, int], count: int, least: int, language: bool) -> set[int]:
    """Find lengths that are too rare for chance; of words, only where nearly all have one."""
    if language and max(lengths.values()) < ONE_LENGTH * count:
        return set()
    kinds = len(lengths)
    return {
        length
        for length, files in lengths.items()
        if files < least and kinds * _at_most(files, count / kinds) < BY_CHANCE
    }


def _odd_characters(labels: Sequence[Named], files: Mapping[str, int], least: int) -> Iterator[str]:
    kinds = Counter(kind for _name, label in labels for kind in set(map(_kind, label)))
    usual = median(files.values())
    language = _of_a_language(files)
    odd_ones = sorted(
        character
        for character, count in files.items()
        if count < least
        and (
            (kinds[_kind(character)] < least and FREQUENT * count <= usual)
            or (not language and len(files) * _at_most(count, usual) < BY_CHANCE)
        )
    )
    odd = [named for named in labels if not set(named[1]).isdisjoint(odd_ones)]
    if _apart(odd, labels):
        yield (
            f"odd_labels: {counted(len(odd), 'label')} of {len(labels):,} {_has(odd)} characters "
            f"that hardly any other has ({listed_briefly(odd_ones)}): {_quoted(odd)}; is it a "
            "label?"
        )


def _at_most(count: int, expected: float) -> float:
    """Compute the probability of at most `count` events where `expected` are (Poisson)."""
    return sum(
        math.exp(n * math.log(expected) - expected - math.lgamma(n + 1)) for n in range(count + 1)
    )


def _of_a_language(files: Mapping[str, int]) -> bool:
    """Tell whether letters are as unevenly frequent as in a language."""
    letters = _usual(count for character, count in files.items() if character.isalpha())
    return len(letters) > FEWEST and pvariance(letters) > UNEVEN * fmean(letters)


def _usual(counts: Iterator[int]) -> Collection[int]:
    """Sort counts, and drop the smallest, which may be odd characters."""
    return sorted(counts)[FEWEST:]


def _apart(odd: Sequence[Named], labels: Sequence[Named]) -> bool:
    """Tell whether the odd labels are few enough to be odd."""
    most = max(FEWEST - 1, len(labels) // AGREE)
    return 0 < len(odd) <= most and 2 * len(odd) < len(labels)


def _kind(character: str) -> str:
    """Classify a character: digit, capital, small letter or other, and its script."""
    category = unicodedata.category(character)
    script = unicodedata.name(character, "?").split()[0] if category.startswith("L") else ""
    return f"{category} {script}"


def _has(names: Sequence[Named]) -> str:
    return "has" if len(names) == 1 else "have"


def _quoted(labels: Sequence[Named]) -> str:
    """Quote names, with the label where the name does not begin with it."""
    return listed_briefly(
        name if name.startswith(label) else f"{name} = {label}" for name, label in labels
    )
