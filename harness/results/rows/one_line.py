"""Reasons for people: one line, whatever an exception had to say."""

import re
import unicodedata

LONGEST = 500  # characters
ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colors, cursor
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles, links, and other strings
    r"|\x1b."
)
UNSEEN = ("Cc", "Cf", "Cs")  # categories: control characters, what turns the direction of writing


def brief(text: str) -> str:
    """Fold a text into one line: no terminal escapes, no control characters, clipped.

    Args:
        text: of anybody: the message of an exception may be made of a file's bytes.
    """
    shown = "".join(
        letter
        for letter in ESCAPES.sub("", text)
        if letter.isspace() or unicodedata.category(letter) not in UNSEEN
    )
    line = " ".join(shown.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 4]} ..."
