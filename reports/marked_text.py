"""A text that was read, each character marked as right or wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MarkedText:
    """What was read, character by character, beside what it is."""

    text: str
    characters: tuple[tuple[str, bool], ...]
    right: bool


def mark(text: str, target: str) -> MarkedText:
    """Compare what was read with what it is.

    Texts of different lengths have no right character: it is not known which ones belong together.
    """
    same = len(text) == len(target)
    characters = tuple(
        (character, same and character == target[position])
        for position, character in enumerate(text)
    )
    return MarkedText(text, characters, text == target)
