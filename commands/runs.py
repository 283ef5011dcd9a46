"""Commands that look at runs: status, report, compare, export-model."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from commands.completion import run_names
from commands.options import Home, Json, RunId
from commands.output import say, show
from workers.environment import chosen_home

CHANGED = 4  # the exit code of compare --fail-if-changed


def status(
    run: Annotated[
        str | None,
        typer.Argument(
            help="Id of a run, or the start of it. Default: all runs.", autocompletion=run_names
        ),
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show how far runs are: how many steps are done, failed, skipped and waiting."""
    from commands.status import statuses

    show(statuses(chosen_home(home), run), json)


def report(
    run: RunId,
    home: Home = None,
    out: Annotated[
        Path | None, typer.Option(help="New folder for the files. Default: the run's folder.")
    ] = None,
    json: Json = False,
) -> None:
    """Write the report of a run again: its CSV files and report.html."""
    from commands.report import finish
    from harness.errors import SpecError
    from harness.runs import home as homes
    from harness.runs.document import require_whole

    reported = homes.existing(run, chosen_home(home))
    if out is None:
        require_whole(reported)
    elif out.is_dir() and any(out.iterdir()):
        raise SpecError(f"{out} is not empty; name a new folder")
    finish(reported, json, out)


def compare(
    run_a: Annotated[
        str,
        typer.Argument(help="Id of the earlier run, or the start of it.", autocompletion=run_names),
    ],
    run_b: Annotated[
        str,
        typer.Argument(help="Id of the later run, or the start of it.", autocompletion=run_names),
    ],
    home: Home = None,
    json: Json = False,
    fail_if_changed: Annotated[
        bool,
        typer.Option(
            "--fail-if-changed",
            "--fail",
            help="Exit with code 4 if a figure of the earlier run has changed, failed or is gone.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Also write it to a file: NAME.html, .csv, .md or .json."),
    ] = None,
) -> None:
    """List the figures that differ between two runs by more than chance.

    Figures that only one of the runs has are listed too, and those that failed.
    """
    from commands.comparison import compared
    from commands.comparison_files import write_comparison
    from harness.runs import home as homes
    from harness.runs.document import gather

    root = chosen_home(home)
    comparison = compared(*(gather(homes.existing(name, root)) for name in (run_a, run_b)))
    if out is not None:
        write_comparison(comparison, out)
    show(comparison, json)
    if fail_if_changed and comparison.is_worse:
        raise typer.Exit(CHANGED)


def export_model(
    run: RunId,
    breaker: Annotated[str, typer.Argument(help="Name of a breaker in the sweep of the run.")],
    folder: Annotated[Path, typer.Argument(help="New folder for the files.")],
    defense: Annotated[
        str,
        typer.Option(help="Name of a training defense that it has; none: undefended."),
    ] = "none",
    form: Annotated[
        Literal["npz", "onnx"],
        typer.Option("--format", help="npz: weights.npz and layers.json; onnx: model.onnx."),
    ] = "npz",
    home: Home = None,
) -> None:
    """Write a trained breaker for other programs: weights and layers, or an ONNX file."""
    from harness.breakers.model_export import export_model as export
    from harness.breakers.onnx_file import export_onnx
    from harness.runs import home as homes

    trained = homes.existing(run, chosen_home(home)).trained(breaker, defense)
    if form == "onnx":
        say(f"{export_onnx(trained, folder)}")
        return
    layers = export(trained, folder)
    say(f"{layers} layers in {folder}")
