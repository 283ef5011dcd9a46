"""What a person may say of a target beside its name."""

import re
from dataclasses import dataclass

from harness.errors import SpecError

TRIES_PER_DAY = 1_000
RANGE = re.compile(r"([a-z])-([a-z])|([A-Z])-([A-Z])|([0-9])-([0-9])")
LENGTH = re.compile(r"([0-9]{1,2})(?:-([0-9]{1,2}))?")


@dataclass(frozen=True)
class Wishes:
    """Options of an assessment; empty ones are looked up, or have defaults.

    Attributes:
        alphabet: characters of the captchas; ranges are spelled out: 0-9, a-z, A-Z.
        length: characters per captcha: 5, or 4-6.
        labels: labelled captchas that an attacker has at most; 0: as many as time allows.
        tries_per_day: answers that the site takes of an attacker in a day.
        pattern: of a folder: regular expression that finds the label in a file's name.
        keep_odd_labels: of a folder: take labels that look wrong as they are.
    """

    alphabet: str = ""
    length: str = ""
    labels: int = 0
    tries_per_day: int = TRIES_PER_DAY
    pattern: str = ""
    keep_odd_labels: bool = False

    def characters(self) -> str:
        """Spell out the alphabet: 0-9a-f is 0123456789abcdef."""
        return RANGE.sub(lambda ends: _spelled_out(ends.group()), self.alphabet)

    def lengths(self) -> int | list[int] | None:
        """Give the length, or the shortest and the longest; None: nothing was said of it.

        Raises:
            SpecError: it is no length.
        """
        if not self.length:
            return None
        match = LENGTH.fullmatch(self.length)
        if match is None:
            raise SpecError(f"--length {self.length}: must be a number, as 5, or two, as 4-6")
        shortest, longest = int(match[1]), int(match[2] or match[1])
        return shortest if shortest == longest else [shortest, longest]


def _spelled_out(ends: str) -> str:
    first, last = ord(ends[0]), ord(ends[-1])
    return "".join(map(chr, range(first, last + 1))) or ends
