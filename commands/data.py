"""The commands data: fetch what is ready-made, export what is drawn or labelled."""

from pathlib import Path
from typing import Annotated

import typer

from commands.options import Home, Quiet, Sweep
from commands.output import say
from workers.environment import chosen_home

data = typer.Typer(
    no_args_is_help=True, help="Fetch ready-made data sets; write data sets as files."
)


@data.command("fetch")
def data_fetch(
    name: Annotated[str, typer.Argument(help="mnist, svhn, or squeezenet (ImageNet weights).")],
    home: Home = None,
    path: Annotated[
        Path | None,
        typer.Option(
            "--path",
            help="Take the files from here, not from the network: the folder of MNIST's IDX files, "
            "or SVHN's .mat file.",
        ),
    ] = None,
) -> None:
    """Download a data set or weights once. The checksum is verified."""
    from harness.errors import SpecError

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
    dataset: Annotated[str, typer.Argument(help="Name of a data set in the sweep.")],
    folder: Annotated[Path, typer.Argument(help="New folder for the files.")],
    split: Annotated[
        str,
        typer.Option(help="train, validation or test; or all, with a folder for each of them."),
    ] = "test",
    count: Annotated[
        int | None, typer.Option(min=1, help="Write the first N captchas of a split. Default: all.")
    ] = None,
    home: Home = None,
    quiet: Quiet = False,
) -> None:
    """Write the captchas of a sweep as PNG or WAV files named by label, and draw them if needed."""
    from commands.progress import screen
    from harness.datasets.export import export, suffix_of, vacant
    from harness.measurements.execution import carry_out
    from harness.runs.creation import start
    from harness.runs.drawing_steps import drawing_steps
    from harness.sweep import sweepfile

    run = start(sweepfile.locate(sweep), chosen_home(home))
    steps = drawing_steps(run, dataset, split)
    vacant(folder)
    with screen(quiet) as shown:
        for number, (each, step) in enumerate(steps.items()):
            drawing = shown.begin(2 * number + 1, 2 * len(steps), step.label)
            artifact = carry_out(step, run.store, run.sources, drawing)
            writing = shown.begin(2 * number + 2, 2 * len(steps), f"export {dataset} {each}")
            inside = folder / each if split == "all" else folder
            written = export(artifact, inside, count, writing)
            say(f"{written} captchas as {suffix_of(artifact)} files in {inside}")


@data.command("labels")
def data_labels(
    gan: Annotated[str, typer.Argument(help="RUN/GAN: the id of a run, and the name of a GAN.")],
    folder: Annotated[Path, typer.Argument(help="New folder for the PNG files.")],
    home: Home = None,
) -> None:
    """Write the pictures of a GAN that people have labelled on the page /label of `serve`.

    The PNG files are named by label; the generators `folder` and `side_by_side` read them.
    """
    from harness.datasets.export import save, vacant
    from harness.images.pictures import png
    from harness.runs.polls import gan_poll

    poll = gan_poll(gan, chosen_home(home))
    vacant(folder)  # what people answer can change a label
    drawn, _alphabet = poll.pictures()
    labels = poll.labels()
    save(folder, ((each.picture, each.label, png(drawn[each.picture])) for each in labels), ".png")
    rule = poll.rule
    say(
        f"{len(labels)} of {rule.pictures} pictures have a label (at least {rule.answers} answers "
        f"with the control right, more than {rule.majority:.0%} of them agreeing): {folder}"
    )
