"""Legibility of letters: those cut off by the image, and those drawn like another one."""

import functools
import itertools
import math
import random
import string
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.datasets.typography.fonts import font_path, is_known
from harness.datasets.typography.glyphs import POINTS, PRINTABLE, Glyph, drawn, listed_briefly

if TYPE_CHECKING:
    from PIL.Image import Image

LOST = 0.05  # share of a letter's ink, from which on it counts as cut off
DRAWS = 3  # of a letter at most; two that agree decide
UPRIGHT = frozenset(string.digits + string.ascii_uppercase) - frozenset("JQ")  # none hangs down
ROOM, ALL_ROOM = 1.1, 1.4  # pixels of height per point: of upright letters, and of all
SLACK = 1  # pixel, that an upright letter may lose
LARGEST = 80  # points: larger letters are drawn in this size, as time grows with its square
LISTED = 40  # letters that a line names
ALIKE = frozenset("Il")  # of printable ASCII, what some fonts here draw alike
ALSO_ALIKE = {"Berenika": frozenset("O0"), "Klaudia-Bold": frozenset("O0")}  # what these do

# Draws the ink of a character, in mode L: character, font, points, random numbers.
Letter = Callable[[str, str, int, random.Random], "Image"]


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
    """Tell whether no known font can be cut off at this size, so that nothing need be drawn."""
    if UPRIGHT.issuperset(alphabet):
        return points * ROOM <= height + SLACK
    return PRINTABLE.issuperset(alphabet) and points * ALL_ROOM <= height


def _cut(letter: Letter, font: str, points: int, alphabet: str, height: int) -> Iterator[str]:
    """Yield the warning of one font: each letter is drawn until two draws agree."""
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
    """List the first LISTED letters, and count the others."""
    more = f" and {len(characters) - LISTED} more" if len(characters) > LISTED else ""
    return f"{''.join(characters[:LISTED])!r}{more}"


def _lost(ink: "Image", height: int) -> tuple[float, int]:
    """Compute the share of a letter's ink above or below the image, and the letter's height."""
    import numpy as np

    rows = np.asarray(ink, np.float64).sum(axis=1)
    top = max(0, -int((height - len(rows)) / 2))
    total = float(rows.sum())
    return (1 - float(rows[top : top + height].sum()) / total if total else 0.0), len(rows)


def alike(fonts: Sequence[str], alphabet: str) -> tuple[str, ...]:
    """Warn of characters that fonts draw alike.

    Args:
        fonts: names or files.
        alphabet: the characters.

    Returns:
        A line for each font that does, or none.
    """
    return tuple(
        line
        for font in fonts
        if not (
            is_known(font) and PRINTABLE.issuperset(alphabet) and not _may_be_alike(font, alphabet)
        )
        for line in alike_in(font, font_path(font), alphabet)
    )


def _may_be_alike(font: str, alphabet: str) -> bool:
    """Tell whether an alphabet has letters that a font that comes along may draw alike."""
    return any(pair.issubset(alphabet) for pair in (ALIKE, ALSO_ALIKE.get(font, ALIKE)))


def alike_in(name: str, path: Path, alphabet: str) -> tuple[str, ...]:
    """Warn of characters that one font draws alike."""
    pairs = [f"{a!r} (U+{ord(a):04X}) and {b!r} (U+{ord(b):04X})" for a, b in _same(path, alphabet)]
    if not pairs:
        return ()
    return (
        f"same_letters: {listed_briefly(pairs)} are drawn alike by the font {name}: nobody can "
        "tell them apart; leave one of them out of the alphabet, or choose another font",
    )


@functools.lru_cache(maxsize=256)
def _same(path: Path, alphabet: str) -> tuple[tuple[str, str], ...]:
    """Find pairs of characters that a font draws alike."""
    from PIL import ImageFont

    face = ImageFont.truetype(str(path), POINTS)
    drawings: dict[Glyph, list[str]] = {}
    for character in alphabet:
        drawings.setdefault(drawn(face, character), []).append(character)
    return tuple(
        pair for same in drawings.values() for pair in itertools.pairwise(same) if len(same) > 1
    )
