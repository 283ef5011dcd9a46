"""Spelling of labels: their normal form, and texts that cannot be labels."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Literal

Case = Literal["keep", "upper", "lower"]
Named = tuple[str, str]  # a file and its label

NAMED = 5  # files that a message names
LONGEST = 64  # characters of a label; each is an output of a breaker
LONGEST_SHOWN = 40  # characters of a value in a message
COPIES = "copy|kopie|kopia|kopi|copie|copia|cópia|cópia|копия|копія|副本|拷贝|複製|コピー|복사본"
COPY = re.compile(
    rf"""\s*\(\s*\d+\s*\)$                                          # 4821 (1), 1204(2)
    | [\s\-\u2013]+({COPIES})(\s*\(?\d+\)?)?$                  # 7755 - Copy (2), x copy 2
    | \s*\((\w+\s+)?({COPIES})\)$                                   # 7755 (another copy)
    | ^({COPIES})\s*(\(\d+\)\s*)?(of|von|de|di|av|van)\s+           # Copy of 7755""",
    re.IGNORECASE | re.VERBOSE,
)
INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")  # control and format characters, blanks
UNPRINTABLE = "Cs"  # half of a character: bytes of a name that are no text


def spelled(text: str, case: Case = "keep") -> str:
    """Normalize a label: Unicode NFC, one case, nothing invisible at its ends.

    Args:
        text: of a file's name, or of a table.
        case: that labels are converted to.

    Returns:
        The label, which can be empty.
    """
    text = unicodedata.normalize("NFC", text)
    if case != "keep":
        text = unicodedata.normalize("NFC", text.upper() if case == "upper" else text.lower())
    first, last = 0, len(text)
    while first < last and invisible(text[first]):
        first += 1
    while first < last and invisible(text[last - 1]):
        last -= 1
    return text[first:last]


def composed_alphabet(alphabet: str) -> str:
    """Normalize an alphabet (Unicode NFC), as labels are.

    Raises:
        ValueError: a character is there twice.
    """
    alphabet = unicodedata.normalize("NFC", alphabet)
    twice = sorted(c for c, count in Counter(alphabet).items() if count > 1)
    if twice:
        raise ValueError(
            f"{alphabet!r} has {listed_briefly(twice)} twice; each class is one character"
        )
    return alphabet


def invisible(character: str) -> bool:
    """Tell whether a character is a blank, a control or a format character."""
    return character.isspace() or unicodedata.category(character) in INVISIBLE


def shown(value: str) -> str:
    """Quote a value for a message, shortened; bytes that are no text are escaped."""
    clipped = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}..."
    return (
        ascii(clipped)
        if any(unicodedata.category(c) == UNPRINTABLE for c in value)
        else (repr(clipped))
    )


def listed_briefly(names: Iterable[str]) -> str:
    """Quote the first NAMED names, and count the others."""
    names = list(names)
    rest = len(names) - NAMED
    listed = ", ".join(shown(name) for name in names[:NAMED])
    return f"{listed} and {rest:,} more" if rest > 0 else listed


def reason(label: str, of_a_name: bool) -> str | None:
    """Give the reason why a text cannot be a label, or None.

    Args:
        label: as `spelled` gives it.
        of_a_name: whether it comes from a file's name, where file managers mark copies.
    """
    if any(unicodedata.category(character) == UNPRINTABLE for character in label):
        return "bytes that are no text (UTF-8)"
    if of_a_name and COPY.search(label):
        return "a file manager's or a browser's mark of a copy"
    if len(label) > LONGEST:
        return f"more than {LONGEST} characters"
    if any(invisible(character) for character in label):
        return "a blank or an invisible character inside"
    return None


def counted(number: int, noun: str) -> str:
    """Format a number with its noun: 1 label, 2 labels."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
