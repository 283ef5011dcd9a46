"""`captcha-harness data`: fetch what is ready-made, export what is drawn."""

from pathlib import Path
from typing import Annotated

import typer

from harness.errors import SpecError
from harness.sweep import sweepfile
from workers import home as homes
from workers.home import chosen_home
from workers.options import Home, Quiet, Sweep, say

data = typer.Typer(no_args_is_help=True, help="Data sets: fetch ready-made ones, export any.")


@data.command("fetch")
def data_fetch(
    name: Annotated[str, typer.Argument(help="mnist, svhn or squeezenet")],
    home: Home = None,
    path: Annotated[
        Path | None,
        typer.Option("--path", help="Take the IDX files from this folder, or this .mat."),
    ] = None,
) -> None:
    """Fetch something ready-made once; its checksum is that of the original."""
    folder = chosen_home(home) / "downloads"
    if name == "mnist":
        from harness.datasets.published.mnist_source import fetch

        say(str(fetch(folder, path)))
    elif name == "svhn":
        from harness.datasets.published.svhn_source import fetch as fetch_numbers

        say(str(fetch_numbers(folder, path)))
    elif name == "squeezenet":
        from harness.breakers.imagenet_source import fetch as fetch_network

        say(str(fetch_network(folder)))
    else:
        raise SpecError(f"unknown data set {name!r}; choices: mnist, svhn, squeezenet")


@data.command("export")
def data_export(
    sweep: Sweep,
    dataset: Annotated[str, typer.Argument(help="A data set of the sweep.")],
    folder: Annotated[Path, typer.Argument(help="A new folder: where the files go.")],
    split: Annotated[
        str, typer.Option(help="train, validation, test; all: a folder for each")
    ] = "test",
    count: Annotated[int | None, typer.Option(min=1, help="The first so many.")] = None,
    home: Home = None,
    quiet: Quiet = False,
) -> None:
    """Write a data set of a sweep as PNG or WAV files named by label; draws it if need be."""
    from harness.datasets.export import export, suffix_of, vacant
    from harness.measurements.execution import carry_out
    from workers.progress import screen

    request = homes.start(sweepfile.locate(sweep), chosen_home(home))
    prefix = f"draw {dataset} "
    steps = {
        s.label.removeprefix(prefix): s for s in request.plan.steps if s.label.startswith(prefix)
    }
    wanted = list(steps) if split == "all" else [split]
    if not steps or not set(wanted) <= set(steps):
        known = [s.label.removeprefix("draw ") for s in request.plan.steps if s.kind == "datasets"]
        raise SpecError(f"{sweep} has no data set {dataset!r} {split}; choices: {', '.join(known)}")
    vacant(folder)
    with screen(quiet) as shown:
        for number, each in enumerate(wanted):
            progress = shown.begin(2 * number + 1, 2 * len(wanted), steps[each].label)
            artifact = carry_out(steps[each], request.store, request.sources, progress)
            progress = shown.begin(2 * number + 2, 2 * len(wanted), f"export {dataset} {each}")
            inside = folder / each if split == "all" else folder
            written = export(artifact, inside, count, progress)
            say(f"{written} captchas as {suffix_of(artifact)} files in {inside}")


@data.command("labels")
def data_labels(
    gan: Annotated[str, typer.Argument(help="RUN/GAN")],
    folder: Annotated[Path, typer.Argument(help="Where the PNG files go.")],
    home: Home = None,
) -> None:
    """Write what people have named on /label as PNG files, for `folder` and `side_by_side`."""
    from harness.datasets.export import save, vacant
    from harness.images.pictures import png
    from workers.polls import pictures, poll, polled

    run, name = polled(gan, home)
    vacant(folder)  # what people say can change a label
    asked = poll(run, name)
    drawn, _alphabet = pictures(run, name)
    labels = asked.labels()
    save(folder, ((one.picture, one.label, png(drawn[one.picture])) for one in labels), ".png")
    rule = asked.rule
    say(
        f"{len(labels)} of {rule.pictures} pictures have a label (at least {rule.answers} answers "
        f"with the control right, more than {rule.majority:.0%} of them agreeing): {folder}"
    )
