"""The command init: a commented sweep file for a captcha."""

from pathlib import Path
from typing import Annotated

import typer

from commands.completion import target_names
from commands.options import Alphabet, KeepOddLabels, Labels, Length, Pattern, TriesPerDay
from commands.output import say


def init(
    target: Annotated[
        str,
        typer.Argument(
            help="A folder of labelled images, a CSV file, file.py:function, module:function, or a "
            "generator's name.",
            autocompletion=target_names,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="New sweep file. Default: the target's name and .toml, here."),
    ] = None,
    labels: Labels = 0,
    alphabet: Alphabet = "",
    length: Length = "",
    tries_per_day: TriesPerDay = 1_000,
    pattern: Pattern = "",
    keep_odd_labels: KeepOddLabels = False,
) -> None:
    """Write a commented sweep file for a captcha, the one that `assess` would carry out."""
    from harness.assessment.starting_point import starting_point
    from harness.assessment.target import look
    from harness.assessment.wishes import Wishes

    wishes = Wishes(alphabet, length, labels, tries_per_day, pattern, keep_odd_labels)
    written = starting_point(look(target, wishes, Path.cwd()), wishes, out)
    say(f"{written}; `captcha-harness plan {written}` lists its steps")
