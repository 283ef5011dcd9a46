"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

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
        "(`captcha-harness list sweeps`)."
    ),
]
RunId = Annotated[
    str, typer.Argument(help="Id of a run, or the start of it (`captcha-harness status`).")
]
