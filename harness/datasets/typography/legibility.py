"""Letters that are drawn, but cannot be told: cut off by the picture, or the same as another."""

import functools
import itertools
import math
import random
import string
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.datasets.typography.fonts import font_path, is_known
from harness.datasets.typography.glyphs import POINTS, PRINTABLE, drawn, some

LOST = 0.05  # of a letter's ink, from where on it counts as cut off
DRAWS = 3  # of a letter; two that agree decide
UPRIGHT = frozenset(string.digits + string.ascii_uppercase) - frozenset("JQ")  # none hangs down
ROOM, ALL_ROOM = 1.1, 1.4  # pixels to a point that letters take: upright ones, and all
SLACK = 1  # pixel, that an upright letter may lose
LARGEST = 80  # points: larger letters are looked at in this size, as time grows with its square
LISTED = 40  # letters that a line names
ALIKE = frozenset("Il")  # of printable ASCII, what some fonts here draw alike

Letter = Callable[[str, str, int, random.Random], Any]  # character, font, points: mode L, its ink


def cut_letters(
    letter: Letter, fonts: Sequence[str], points: int, alphabet: str, height: int
) -> tuple[str, ...]:
    """Warn of letters that lose more than 5 % of their ink in most draws.

    Args:
        letter: draws a character's ink as the generator does, which is pasted at half the height.
        fonts: names or files.
        points: the largest size.
        alphabet: the characters.
        height: of the picture, in pixels.

    Returns:
        A line for each font that is cut off, or none.
    """
    return tuple(
        line
        for font in fonts
        if not (is_known(font) and _roomy(points, alphabet, height))
        for line in _cut(letter, font, points, alphabet, height)
    )


def _roomy(points: int, alphabet: str, height: int) -> bool:
    """Tell whether no font that comes along can be cut off: what spares a plan from drawing."""
    if UPRIGHT.issuperset(alphabet):
        return points * ROOM <= height + SLACK
    return PRINTABLE.issuperset(alphabet) and points * ALL_ROOM <= height


def _cut(letter: Letter, font: str, points: int, alphabet: str, height: int) -> Iterator[str]:
    """Draw each letter until two draws agree; the same letters each time."""
    cut, tallest, looked_at = [], 0.0, min(points, LARGEST)
    edge = round(height * looked_at / points)
    for character in alphabet:
        numbers, votes = random.Random(character), [0, 0]
        while max(votes) * 2 <= DRAWS:
            lost, tall = _lost(letter(character, font, looked_at, numbers), edge)
            votes[lost > LOST] += 1
            tallest = max(tallest, tall * points / looked_at)
        if votes[True] > votes[False]:
            cut.append(character)
    if cut:
        fitting, needed = math.floor(points * height / tallest), math.ceil(tallest)
        yield (
            f"cut_letters: {_listed(cut)} of {points} points ({font}) lose more than {LOST:.0%} "
            f"of their ink at the edge of a height of {height} pixels; choose font_sizes up to "
            f"{fitting}, or a height of at least {needed}"
        )


def _listed(characters: Sequence[str]) -> str:
    """Name letters in a row, and how many more."""
    more = f" and {len(characters) - LISTED} more" if len(characters) > LISTED else ""
    return f"{''.join(characters[:LISTED])!r}{more}"


def _lost(ink: Any, height: int) -> tuple[float, int]:
    """Give the share of a letter's ink that falls above or below the picture, and its height."""
    import numpy as np

    rows = np.asarray(ink, np.float64).sum(axis=1)
    top = max(0, -int((height - len(rows)) / 2))
    total = float(rows.sum())
    return (1 - float(rows[top : top + height].sum()) / total if total else 0.0), len(rows)


def alike(fonts: Sequence[str], alphabet: str) -> tuple[str, ...]:
    """Warn of characters that a font draws as it draws others.

    Args:
        fonts: names or files.
        alphabet: the characters.

    Returns:
        A line for each font that does, or none.
    """
    return tuple(
        line
        for font in fonts
        if not (is_known(font) and PRINTABLE.issuperset(alphabet) and not ALIKE.issubset(alphabet))
        for line in alike_in(font, font_path(font), alphabet)
    )


def alike_in(name: str, path: Path, alphabet: str) -> tuple[str, ...]:
    """Warn of them for one font, by its file."""
    pairs = [f"{a!r} (U+{ord(a):04X}) and {b!r} (U+{ord(b):04X})" for a, b in _same(path, alphabet)]
    if not pairs:
        return ()
    return (
        f"same_letters: {some(pairs)} are drawn alike by the font {name}: nobody can tell them "
        "apart; leave one of them out of the alphabet, or choose another font",
    )


@functools.lru_cache(maxsize=256)
def _same(path: Path, alphabet: str) -> tuple[tuple[str, str], ...]:
    """Pairs of characters with one drawing."""
    from PIL import ImageFont

    face = ImageFont.truetype(str(path), POINTS)
    drawings: dict[Any, list[str]] = {}
    for character in alphabet:
        drawings.setdefault(drawn(face, character), []).append(character)
    return tuple(
        pair for same in drawings.values() for pair in itertools.pairwise(same) if len(same) > 1
    )
