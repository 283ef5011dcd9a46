"""Spurious labels: what cameras, programs and counters write where a label could be."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from harness.datasets.folder.label_spelling import counted, shown

SEVERAL = 5  # different pictures with one label, from which on it is no label
ENOUGH = 10  # different labels that are needed to recognize a kind
MOST = 0.9  # share of the labels that are of a kind
DENSE = 0.5  # share of the numbers from the first to the last, if they are counted
DENSER = 0.9  # likewise of a hundred numbers or fewer, which chance can fill
ROUND = 0.97  # share of all numbers of N digits, which labels drawn at random reach, too
FEW_NUMBERS = 100
SAME = 4  # characters in front of all, and anything behind them
OPERAND = 2  # digits of a number in a sum
FEW = 5  # labels of many pictures
LONG = 16  # characters that no captcha has
COPY = re.compile(r"(.{2,})([-.~])(\d{1,3})")  # 4821-2 (macOS), 4821.1 (wget)
NUMBERED = re.compile(r"(.{2,})([-.~])\d+")
COUNTED = re.compile(r"(\d+)[-.~].{2,}")
UUID = re.compile(r"\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.IGNORECASE)
HASH = re.compile(r"[0-9a-f]{12,}", re.IGNORECASE)
SHORT_HASH = re.compile(r"[0-9a-f]{8,11}|[0-9A-F]{8,11}")
PROGRAM = re.compile(
    r"(img|image|images|captcha|capcha|pic|picture|photo|foto|bild|file|frame|sample|train|test|val|"
    r"screenshot|screen|scan|download|unnamed|dsc|dscn|dscf|dcim|pxl|vid|mvimg|index)"
    r"([-. ]?\d.*)?",
    re.IGNORECASE,
)


def one_label(labels: Sequence[str], different: int, of_names: bool) -> str | None:
    """Give the error that all labels of different pictures are the same, or None.

    Args:
        labels: of a folder or a table.
        different: pictures, copies not counted.
        of_names: whether they come from file names.
    """
    if different < SEVERAL or len(set(labels)) > 1:
        return None
    rest = (
        "the names hold no labels; give `pattern`, or a labels.csv"
        if of_names
        else "correct the column label"
    )
    return f"all {len(labels):,} labels are {shown(labels[0])}: {rest}"


def copied(labels: Sequence[str]) -> set[str]:
    """Find labels with the mark of a copy: another label and a number, as macOS and wget write.

    Args:
        labels: from file names.

    Returns:
        Those labels; none where the sign in front of the number stands elsewhere, too.
    """
    marked = {label: match for label in set(labels) if (match := COPY.fullmatch(label))}
    others = [label for label in labels if label not in marked]
    if not marked or len(others) < len(labels) / 2:
        return set()
    signs = set("".join(others))
    known, lengths = set(others), Counter(map(len, others))
    usual = {length for length, count in lengths.items() if count * ENOUGH >= len(others)}
    return {
        label
        for label, match in marked.items()
        if match[2] not in signs and (match[1] in known or len(match[1]) in usual)
    }


def spurious(labels: Sequence[str], of_names: bool) -> Iterator[str]:
    """Warn of labels that look as if a program had written them.

    Args:
        labels: of a folder or a table.
        of_names: whether they come from file names.

    Yields:
        At most one line: what they look like, and what to do.
    """
    look = _look(labels)
    if look:
        rest = (
            "if the names hold no labels, give a labels.csv, or a `pattern` for what in them does"
            if of_names
            else "is it the right column?"
        )
        yield f"odd_labels: the labels look like {look}, as {_examples(labels)}: {rest}"


def _look(labels: Sequence[str]) -> str | None:
    many, different = len(labels), sorted(set(labels))
    if many < ENOUGH:
        return None
    label, commonest = Counter(labels).most_common(1)[0]
    if len(different) > 1 and len(label) > 1 and commonest >= many / 2:
        return f"one name, {shown(label)} ({commonest:,} of {many:,})"
    if _most(PROGRAM, labels):
        return "names that a camera or a program gives"
    if len(label) > 1 and len(different) <= FEW and many >= ENOUGH * len(different):
        return f"{len(different)} names of {many:,} pictures"
    if len(different) < ENOUGH:
        return None
    if _most(UUID, labels):
        return "UUIDs"
    if (_most(HASH, labels) or _short_digests(labels)) and len(different) >= MOST * many:
        return "hexadecimal digests"
    return _counter(labels, different) or _long(different)


def _short_digests(labels: Sequence[str]) -> bool:
    """Tell whether labels are hexadecimal numbers of 8 to 11 digits, which no captcha has."""
    characters = "".join(labels)
    return (
        _most(SHORT_HASH, labels)
        and any(c.isalpha() for c in characters)
        and any(c.isdecimal() for c in characters)
    )


def _counter(labels: Sequence[str], different: list[str]) -> str | None:
    """Describe labels that are consecutive numbers, or a common prefix and a number; else None."""
    numbers = sorted({int(label) for label in labels if label.isdecimal()})
    if len(numbers) >= max(ENOUGH, MOST * len(labels)) and _dense(numbers, labels):
        return "numbers one after another"
    return _in_front(_of_one_start(different)) or _signed(labels)


def _of_one_start(different: Sequence[str]) -> list[str]:
    """Give the labels that begin with the most frequent character, if most do; else none."""
    start, count = Counter(label[0] for label in different).most_common(1)[0]
    most = count >= max(ENOUGH, MOST * len(different))
    return [label for label in different if label[0] == start] if most else []


def _in_front(different: Sequence[str]) -> str | None:
    """Describe the common prefix of sorted labels, if it is one that a program writes."""
    if not different:
        return None
    prefix = _common(different)
    fixed = len({len(label) for label in different}) == 1
    if all(label.isdecimal() for label in different) and (
        len(prefix) > 1 or (fixed and len(prefix) == 1 and len(different[0]) >= SAME)
    ):
        return f"a counter or a time, all with {shown(prefix)} in front"
    bare = prefix.rstrip("0123456789")
    if len(bare) > 1 and all(re.fullmatch(r"\d*", label[len(bare) :]) for label in different):
        return f"a counter behind {shown(bare)}"
    return f"names that begin with {shown(prefix)}" if len(prefix) >= SAME else None


def _signed(labels: Sequence[str]) -> str | None:
    """Describe labels with a counter in front or behind, or with a common ending."""
    ends = _common(sorted({label[::-1] for label in labels}))[::-1]
    if len(ends) >= SAME - 1 and not ends.isdecimal():
        return f"names that end with {shown(ends)}"
    counted_off = [match for label in labels if (match := COUNTED.fullmatch(label))]
    if len(counted_off) >= MOST * len(labels):
        fronts = [match[1] for match in counted_off]
        if _dense(sorted({int(front) for front in fronts}), fronts):
            return "a counter in front of something"
    matches = [match for label in labels if (match := NUMBERED.fullmatch(label))]
    signs = Counter(match[2] for match in matches)
    if matches and max(signs.values()) >= MOST * len(labels) and not _sums(matches):
        sign = max(signs, key=lambda each: signs[each])
        return f"labels with {shown(sign)} and a number behind them"
    return None


def _common(texts: Sequence[str]) -> str:
    """Give the common prefix of sorted texts."""
    first, last = texts[0], texts[-1]
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(character for character, _ in same)


def _sums(matches: Sequence[re.Match[str]]) -> bool:
    """Tell whether labels are sums or decimals, as 12-7 and 3.5, and no counters."""
    return all(match[1].isdecimal() for match in matches) and (
        len({len(match[1]) for match in matches}) > 1 or len(matches[0][1]) <= OPERAND
    )


def _dense(numbers: list[int], labels: Sequence[str]) -> bool:
    """Tell whether numbers are nearly consecutive, each there once."""
    if len(labels) - len(numbers) > (1 - MOST) * len(labels) or all(len(x) == 1 for x in labels):
        return False
    span = numbers[-1] - numbers[0] + 1
    share = len(numbers) / span
    lengths = {len(label) for label in labels}
    drawn = len(lengths) == 1 and span > ROUND * 10 ** min(lengths)
    return share >= (DENSER if span <= FEW_NUMBERS or drawn else DENSE)


def _long(different: Sequence[str]) -> str | None:
    shortest = sorted(map(len, different))[len(different) // 10]
    return f"names of {shortest} characters and more" if shortest >= LONG else None


def _most(pattern: re.Pattern[str], labels: Sequence[str]) -> bool:
    return sum(pattern.fullmatch(label) is not None for label in labels) >= MOST * len(labels)


def _examples(labels: Sequence[str]) -> str:
    """Quote the first, the second and the last label."""
    several = list(dict.fromkeys((labels[0], labels[1], labels[-1])))
    return " ".join(shown(label) for label in several)


def known_only_in(tests: Sequence[str], training: Sequence[str], pool: str) -> Iterator[str]:
    """Warn of characters and lengths that only a test folder has.

    Args:
        tests: labels of the folder.
        training: labels of the folder that training takes from.
        pool: the option that names the folder.

    Yields:
        At most one line.
    """
    characters = set("".join(tests)) - set("".join(training))
    lengths = {len(label) for label in tests} - {len(label) for label in training}
    if not characters and not lengths:
        return
    affected = [x for x in tests if characters & set(x) or len(x) in lengths]
    parts = []
    if characters:
        parts.append("the characters " + " ".join(map(shown, sorted(characters))))
    if lengths:
        parts.append("the lengths " + ", ".join(map(str, sorted(lengths))))
    yield (
        f"odd_labels: {' and '.join(parts)} occur in {pool} alone, in "
        f"{counted(len(affected), 'label')} of {len(tests):,}: training cannot know them"
    )
