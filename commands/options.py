"""Options that several commands share, and lines on stdout."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Where everything is written; CAPTCHA_HARNESS_HOME, else ./runs."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]
Wait = Annotated[bool, typer.Option("--wait", help="Follow it to its end.")]
Sweep = Annotated[str, typer.Argument(help="A sweep file, or a quick name: quick, nightly, ...")]
RunId = Annotated[str, typer.Argument(help="A run's id, or the start of it.")]


def say(text: str) -> None:
    """A line on stdout."""
    sys.stdout.write(text + "\n")


def say_json(document: Any) -> None:
    """Give one JSON document on stdout."""
    import json

    say(json.dumps(document, indent=1))
