"""The command judge: tells of image files whether they are perturbed."""

from pathlib import Path
from typing import Annotated

import typer

from commands import messages
from commands.options import Home, Json
from commands.output import say, say_json
from workers.environment import chosen_home


def judge(
    images: Annotated[list[Path], typer.Argument(help="Image files.")],
    detector: Annotated[
        str,
        typer.Option(
            help="The detector: RUN/NAME, or RUN/NAME/BREAKER where the run fits it to several "
            "breakers."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the filtered versions of each image that the detector compares. "
            "Default: nothing is written."
        ),
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Tell whether images are perturbed (adversarial), by a detector of a finished run."""
    from commands.verdicts import judged
    from harness.errors import SpecError
    from harness.images.pictures import keep
    from harness.runs.detectors import fitted_detector, judge_of

    verdicts = []
    for verdict in judged(judge_of(fitted_detector(detector, chosen_home(home))), images):
        verdicts.append(verdict)
        if verdict.error:
            messages.tell(verdict.error)
        elif not json:
            say(verdict.as_text())
        if out:
            keep(out, verdict.pictures())
    if json:
        say_json([verdict.as_json() for verdict in verdicts])
    if any(verdict.error for verdict in verdicts):
        raise typer.Exit(SpecError.exit_code)
