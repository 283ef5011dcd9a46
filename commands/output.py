"""Prints results on stdout, as text or as JSON; what anything else prints goes to stderr."""

import contextlib
import functools
import json
import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec, Protocol, TextIO, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_RESULTS: ContextVar[TextIO | None] = ContextVar("results", default=None)


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
    (_RESULTS.get() or sys.stdout).write(text + "\n")


def say_now(text: str) -> None:
    """Print text that somebody waits for, before the command has ended."""
    say(text)
    (_RESULTS.get() or sys.stdout).flush()


def results_only(command: Callable[P, R]) -> Callable[P, R]:
    """Keep stdout for the results of a command.

    A row of somebody else, or a package, may print while it is imported or called; a program that
    reads `--json` would find that in the document.
    """

    @functools.wraps(command)
    def kept(*args: P.args, **options: P.kwargs) -> R:
        token = _RESULTS.set(sys.stdout)
        try:
            with contextlib.redirect_stdout(sys.stderr):
                return command(*args, **options)
        finally:
            _RESULTS.reset(token)

    return kept


def say_json(document: object) -> None:
    """Print one JSON document."""
    say(json.dumps(document, indent=1))
