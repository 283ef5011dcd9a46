"""Prints results on stdout, as text or as JSON."""

import json
import sys
from typing import Protocol


class View(Protocol):
    """What a command shows."""

    def as_json(self) -> object:
        """Give it for programs, of types that JSON has."""

    def as_text(self) -> str:
        """Give it for people, in lines."""


def show(view: View, as_json: bool) -> None:
    """Print a view as text or as JSON."""
    if as_json:
        say_json(view.as_json())
        return
    for line in view.as_text().split("\n"):  # each by itself, so that `| head` ends it early
        say(line)


def say(text: str) -> None:
    """Print text and the end of its line."""
    sys.stdout.write(text + "\n")


def say_json(document: object) -> None:
    """Print one JSON document."""
    say(json.dumps(document, indent=1))
