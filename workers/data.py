"""`captcha-harness data`: fetch what is ready-made, export what is drawn."""

from pathlib import Path
from typing import Annotated

import typer

from harness import sweepfile
from harness.errors import SpecError
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
        from harness.datasets.mnist_source import fetch

        say(str(fetch(folder, path)))
    elif name == "svhn":
        from harness.datasets.svhn_source import fetch as fetch_numbers

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
    folder: Annotated[Path, typer.Argument(help="Where the PNG files go.")],
    split: Annotated[str, typer.Option(help="train, validation or test")] = "test",
    count: Annotated[int | None, typer.Option(min=1, help="The first so many.")] = None,
    home: Home = None,
    quiet: Quiet = False,
) -> None:
    """Write a data set of a sweep as PNG files named by label; draws it if need be."""
    from harness.datasets.export import export
    from harness.steps import carry_out
    from workers.progress import screen

    request = homes.start(sweepfile.locate(sweep), chosen_home(home))
    label = f"draw {dataset} {split}"
    found = [step for step in request.plan.steps if step.label == label]
    if not found:
        known = [s.label.removeprefix("draw ") for s in request.plan.steps if s.kind == "datasets"]
        raise SpecError(f"{sweep} has no data set {dataset!r} {split}; choices: {', '.join(known)}")
    with screen(quiet) as shown:
        watch = shown.begin(1, 2, label)
        artifact = carry_out(found[0], request.store, request.sources, watch)
        written = export(artifact, folder, count, shown.begin(2, 2, f"export {dataset}"))
    say(f"{written} files in {folder}")


@data.command("labels")
def data_labels(
    gan: Annotated[str, typer.Argument(help="RUN/GAN")],
    folder: Annotated[Path, typer.Argument(help="Where the PNG files go.")],
    home: Home = None,
) -> None:
    """Write what people have named on /label as PNG files, for `folder` and `side_by_side`."""
    from harness.datasets.export import save
    from harness.pictures import png
    from workers.polls import pictures, poll, polled

    run, name = polled(gan, home)
    if folder.is_dir() and any(folder.iterdir()):  # what people say can change a label
        raise SpecError(f"{folder} is not empty; name a new folder")
    asked = poll(run, name)
    drawn, _alphabet = pictures(run, name)
    labels = asked.labels()
    save(folder, ((one.picture, one.label, png(drawn[one.picture])) for one in labels), ".png")
    rule = asked.rule
    say(
        f"{len(labels)} of {rule.pictures} pictures have a label (at least {rule.answers} answers "
        f"with the control right, more than {rule.majority:.0%} of them agreeing): {folder}"
    )
