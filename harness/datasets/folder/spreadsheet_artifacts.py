"""Labels that a spreadsheet has converted to numbers, dates or formulas."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from harness.datasets.folder.label_spelling import counted, shown

MOSTLY = 0.6  # share of the labels that have the length from which zeros were lost
SHORTEST = 3  # digits; answers to sums have one or two, and a tenth of them one
ZEROS = 0.1  # share of random numbers of digits that begin with 0
SPREAD = 30.0  # chi-square of nine first digits, 8 degrees of freedom: 1 random folder in 5,000
AWAY = 4.0  # standard deviations
MONTHS = "Jan|Feb|Mar|M\u00e4r|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez"
FORMULA = re.compile(r'=\s*"(.*)"')  # what keeps zeros in Excel
QUOTED = re.compile(r"'(\d+)")  # likewise
FORMS = {
    "an exponent": re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE),
    "separators between thousands": re.compile(r"\d{1,3}([.,' \u00a0\u202f]\d{3})+"),
    "a date": re.compile(
        rf"\d{{1,2}}[-. ]({MONTHS})|({MONTHS})[-. ]\d{{2,4}}|\d{{1,4}}([-/.])\d{{1,2}}\3\d{{2,4}}",
        re.IGNORECASE,
    ),
    "an error": re.compile(r"#(N/A|NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!|NV|WERT!|BEZUG!)|#{3,}"),
}


def unwrapped(cell: str) -> str:
    """Remove what marks a cell as text: `="0093"` and `'0093` become 0093."""
    text = cell.strip()
    match = FORMULA.fullmatch(text) or QUOTED.fullmatch(text)
    return match.group(1).replace('""', '"') if match else cell


def spreadsheet(labels: Sequence[str]) -> Iterator[str]:
    """Warn of labels that a spreadsheet has converted.

    Args:
        labels: of a table.

    Yields:
        A line for leading zeros that are gone, and for each form of numbers, dates or errors.
    """
    floats = sum(re.fullmatch(r"\d+\.0", label) is not None for label in labels)
    if floats == len(labels):
        yield "lost_zeros: all labels end with '.0': a program took them for numbers; correct them"
    elif 2 * floats > len(labels):
        yield (
            f"lost_zeros: {floats:,} of {len(labels):,} labels end with '.0': a program took them "
            "for numbers; correct them"
        )
    for form, pattern in FORMS.items():
        of_it = [label for label in labels if pattern.fullmatch(label)]
        if of_it:
            yield (
                f"lost_zeros: {counted(len(of_it), 'label')} like {shown(of_it[0])}, {form}: a "
                "spreadsheet took it for something else; store the column as text"
            )
    lengths = Counter(map(len, labels))
    longest = max(lengths)
    if _zeros_lost(labels, longest):
        shorter = len(labels) - lengths[longest]
        yield (
            f"lost_zeros: {shorter:,} of {len(labels):,} labels are shorter than {longest} digits, "
            "and none begins with 0: a spreadsheet drops zeros in front; store the column as text"
        )


def _zeros_lost(labels: Sequence[str], longest: int) -> bool:
    """Tell whether labels look like random numbers of `longest` digits without leading zeros.

    Nothing begins with 0, about a tenth is shorter, and the others begin with all other digits
    alike. Answers to sums are otherwise: their lengths follow from how large they can be.
    """
    if longest < SHORTEST or not all(
        label.isdecimal() and (label == "0" or label[0] != "0") for label in labels
    ):
        return False
    firsts = Counter(label[0] for label in labels if len(label) == longest)
    whole = sum(firsts.values())
    shorter = len(labels) - whole
    if not shorter or whole < MOSTLY * len(labels):
        return False
    chance = math.sqrt(len(labels) * ZEROS * (1 - ZEROS))
    if abs(shorter - ZEROS * len(labels)) > AWAY * chance:
        return False
    expected = whole / 9
    return sum((firsts[d] - expected) ** 2 for d in "123456789") / expected < SPREAD
