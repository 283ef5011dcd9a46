"""Labels that somebody wrote: one spelling for each, and those that cannot be labels."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Literal

Case = Literal["keep", "upper", "lower"]
Named = tuple[str, str]  # a file and its label

NAMED = 5  # files that a message names
FEWEST = 3  # files with a character, or of a length, below which it is looked at
SHARE = 100  # or one in so many
AGREE = 20  # one in so many may be unlike the others, if those are to agree
FREQUENT = 8  # times as many files have a character usually as have one that is odd
MOSTLY = 0.6  # share of the labels that have the length from which zeros were lost
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
    """Spell a label as all others are: composed (NFC), in one case, nothing invisible at its ends.

    Args:
        text: as it stands in a name or in a table.
        case: of the labels.

    Returns:
        What is left, which can be nothing.
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
    """Spell an alphabet as labels are spelled.

    Raises:
        ValueError: a character is there twice.
    """
    alphabet = unicodedata.normalize("NFC", alphabet)
    twice = sorted(c for c, count in Counter(alphabet).items() if count > 1)
    if twice:
        raise ValueError(f"{alphabet!r} has {some(twice)} twice; each class is one character")
    return alphabet


def invisible(character: str) -> bool:
    """Tell blanks, control characters and what only joins others."""
    return character.isspace() or unicodedata.category(character) in INVISIBLE


def shown(value: str) -> str:
    """Quote a value for a message: on one line, clipped, bytes that are no text escaped."""
    clipped = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}..."
    return (
        ascii(clipped)
        if any(unicodedata.category(c) == UNPRINTABLE for c in value)
        else (repr(clipped))
    )


def some(names: Iterable[str]) -> str:
    """Name the first few of many."""
    names = list(names)
    rest = len(names) - NAMED
    named = ", ".join(shown(name) for name in names[:NAMED])
    return f"{named} and {rest:,} more" if rest > 0 else named


def reason(label: str, of_a_name: bool) -> str | None:
    """Say why a text is surely no label, or None.

    Args:
        label: as `spelled` gives it.
        of_a_name: whether it comes from a file's name, where file managers write, too.

    Returns:
        A few words.
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


def unusual(labels: Sequence[Named], any_character: bool) -> Iterator[str]:
    """Warn of labels that are unlike the others: their length, or a character.

    Args:
        labels: of each file its name and its label.
        any_character: whether characters are looked at (no alphabet was given).

    Yields:
        One line for each kind.
    """
    least = max(FEWEST, -(-len(labels) // SHARE))
    lengths = Counter(len(label) for _name, label in labels)
    few = {length for length, count in lengths.items() if count < least}
    odd = [named for named in labels if len(named[1]) in few]
    if _apart(odd, labels):
        usual = ", ".join(str(length) for length in sorted(set(lengths) - few))
        yield (
            f"odd_labels: {counted(len(odd), 'label')} of {len(labels):,} "
            f"{_has(odd)} another length than the others' ({usual}): {_quoted(odd)}; "
            "is it a label?"
        )
    if any_character:
        yield from _odd_characters(labels, least)


def _odd_characters(labels: Sequence[Named], least: int) -> Iterator[str]:
    files = Counter(character for _name, label in labels for character in set(label))
    kinds = Counter(kind for _name, label in labels for kind in set(map(_kind, label)))
    usual = median(files.values())
    odd_ones = sorted(
        character
        for character, count in files.items()
        if count < least and (kinds[_kind(character)] < least or FREQUENT * count <= usual)
    )
    odd = [named for named in labels if not set(named[1]).isdisjoint(odd_ones)]
    if _apart(odd, labels):
        yield (
            f"odd_labels: {counted(len(odd), 'label')} of {len(labels):,} {_has(odd)} characters "
            f"that hardly any other has ({some(odd_ones)}): {_quoted(odd)}; is it a label?"
        )


def _apart(odd: Sequence[Named], labels: Sequence[Named]) -> bool:
    """Whether so few are unlike the others that the others can be said to agree."""
    most = max(FEWEST - 1, len(labels) // AGREE)
    return 0 < len(odd) <= most and 2 * len(odd) < len(labels)


def _kind(character: str) -> str:
    """Digits, capitals, small letters, others; each of its script."""
    category = unicodedata.category(character)
    script = unicodedata.name(character, "?").split()[0] if category.startswith("L") else ""
    return f"{category} {script}"


def spreadsheet(labels: Sequence[str]) -> Iterator[str]:
    """Warn of labels that a spreadsheet has taken for numbers.

    Args:
        labels: of a table.

    Yields:
        A line: zeros in front are gone, or `.0` or an exponent was added.
    """
    if all(re.fullmatch(r"\d+\.0", label) for label in labels):
        yield "lost_zeros: all labels end with '.0': a program took them for numbers; correct them"
    powers = [label for label in labels if re.fullmatch(r"\d(\.\d+)?E\+\d+", label)]
    if powers:
        yield (
            f"lost_zeros: {counted(len(powers), 'label')} like {powers[0]!r}: a spreadsheet took "
            "them for numbers; store the column as text"
        )
    lengths = Counter(map(len, labels))
    longest = max(lengths)
    shorter = len(labels) - lengths[longest]
    if (
        shorter
        and lengths[longest] >= MOSTLY * len(labels)
        and all(label.isdecimal() and (label == "0" or label[0] != "0") for label in labels)
    ):
        yield (
            f"lost_zeros: {shorter:,} of {len(labels):,} labels are shorter than {longest} digits, "
            "and none begins with 0: a spreadsheet drops zeros in front; store the column as text"
        )


def counted(number: int, noun: str) -> str:
    """A number and its noun: 1 label, 2 labels."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _has(names: Sequence[Named]) -> str:
    return "has" if len(names) == 1 else "have"


def _quoted(labels: Sequence[Named]) -> str:
    """Names, with their labels where the name does not begin with it."""
    return some(name if name.startswith(label) else f"{name} = {label}" for name, label in labels)
