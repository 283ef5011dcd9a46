"""Checks that letters can be seen: the font has them, and the image is tall enough."""

import functools
import string
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.datasets.typography.fonts import font_path, is_known

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

PRINTABLE = frozenset(string.ascii_letters + string.digits + string.punctuation)  # all fonts here
UNSEEN = {
    "Zs": "a space", "Zl": "a line's end", "Zp": "a paragraph's end", "Cc": "a control character",
    "Cf": "of no width", "Cs": "half a character", "Mn": "of no width", "Me": "of no width",
}  # fmt: skip
NO_CHARACTER = "\U0010ffff"  # no font has it: drawn as what stands for all that is missing
POINTS = 32  # letters are looked at in this size
NAMED = 8  # characters that an error message names
SOME_CUT, ALL_CUT = 1.5, 1.1  # points to a pixel of height: the largest font's, and the smallest's
Glyph = tuple[tuple[int, int], bytes, tuple[float, float]]  # size, levels and offset of the ink


def check_letters(fonts: Sequence[str], alphabet: str) -> None:
    """Refuse fonts that do not exist, and characters that they lack.

    Args:
        fonts: names or files, see harness.datasets.typography.fonts.font_path.
        alphabet: the characters.

    Raises:
        ValueError: with the characters, the font and the next action.
    """
    paths = {name: font_path(name) for name in fonts}
    check_visible(alphabet)
    for name, path in paths.items():
        if PRINTABLE.issuperset(alphabet) and is_known(name):
            continue
        check_glyphs(name, path, alphabet)


def check_visible(alphabet: str) -> None:
    """Refuse spaces, control characters and characters without width: nobody could read them.

    Raises:
        ValueError: with the characters, by their codes.
    """
    unseen = [
        f"U+{ord(c):04X} ({UNSEEN[unicodedata.category(c)]})"
        for c in alphabet
        if unicodedata.category(c) in UNSEEN
    ]
    if unseen:
        raise ValueError(
            f"alphabet: {listed_briefly(unseen)} cannot be seen in a picture; leave it out"
        )


def check_glyphs(name: str, path: Path, alphabet: str) -> None:
    """Refuse characters that a font lacks: drawn as its mark for missing ones, or empty.

    Raises:
        ValueError: see check_letters; also for a file that is no font.
    """
    missing = _missing(path, alphabet)
    if missing:
        listed = listed_briefly([repr(character) for character in missing])
        raise ValueError(f"font {name} has no {listed}; choose another font or alphabet")


def check_sizes(sizes: Sequence[int], height: int) -> None:
    """Refuse font sizes whose letters the image's height cuts off.

    A letter is drawn about as tall as its font has points. A bit may be lost of the tallest ones,
    as in the packages' own setups.

    Raises:
        ValueError: with the size and the height that would do.
    """
    smallest, largest = min(sizes), max(sizes)
    if smallest > ALL_CUT * height or largest > SOME_CUT * height:
        raise ValueError(
            f"font_sizes {list(sizes)}: letters of {largest} points are cut off by a height of "
            f"{height} pixels; choose sizes up to {height}, or a height of at least {largest}"
        )


@functools.lru_cache(maxsize=256)
def _missing(path: Path, alphabet: str) -> str:
    """Find the characters that a font lacks.

    They are drawn, not looked up in the font's table, which lacks characters composed of parts.
    """
    from PIL import ImageFont

    try:
        face = ImageFont.truetype(str(path), POINTS)
        absent = drawn(face, NO_CHARACTER)
    except OSError as error:
        raise ValueError(f"font {str(path)!r} cannot be read: {error}") from None
    return "".join(
        character
        for character in alphabet
        if (glyph := drawn(face, character))[:2] == absent[:2] or not any(glyph[1])
    )


def drawn(face: "FreeTypeFont", character: str) -> Glyph:
    """Draw a character with a font: size and levels of its ink, and its offset."""
    mask, offset = face.getmask2(character, "L")
    return mask.size, bytes(mask), offset


def listed_briefly(names: Sequence[str]) -> str:
    """List the first NAMED names, and count the others."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
