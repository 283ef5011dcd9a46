"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from commands.completion import run_names, sweep_names

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="Folder that everything is written to. Default: CAPTCHA_HARNESS_HOME, else ./runs.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress on stderr.")]
Wait = Annotated[
    bool, typer.Option("--wait", help="Wait until the run has ended; then print its results.")
]
Sweep = Annotated[
    str,
    typer.Argument(
        help="Path of a sweep file, or the name of a built-in sweep: quick, nightly, ... "
        "(`captcha-harness list sweeps`).",
        autocompletion=sweep_names,
    ),
]
RunId = Annotated[
    str,
    typer.Argument(
        help="Id of a run, or the start of it (`captcha-harness status`).", autocompletion=run_names
    ),
]
Labels = Annotated[
    int,
    typer.Option(
        min=0, help="Labelled captchas that an attacker has at most. Default: 1,000, or the files."
    ),
]
Alphabet = Annotated[
    str,
    typer.Option(help="Characters of the captchas, as 0-9A-Z. A function and a page need it."),
]
Length = Annotated[
    str, typer.Option(help="Characters of a captcha, as 5 or 4-6. A function and a page need it.")
]
TriesPerDay = Annotated[
    int, typer.Option(min=1, help="Answers that your site takes of one attacker in a day.")
]
Pattern = Annotated[
    str,
    typer.Option(
        help="Of a folder: regular expression for the part of a file's name that is its label."
    ),
]
KeepOddLabels = Annotated[
    bool, typer.Option("--keep-odd-labels", help="Of a folder: take labels that look wrong.")
]
