"""The command attack-image: one photograph, one target class, three pictures to look at."""

import time
from pathlib import Path
from typing import Annotated

import typer

from commands.options import Home, Quiet
from commands.output import say
from workers.environment import chosen_home


def attack_image(
    picture: Annotated[Path, typer.Argument(help="File of a photograph.")],
    target: Annotated[
        str, typer.Option(help="Class that the picture is to be taken for: its name or number.")
    ],
    model: Annotated[
        str,
        typer.Option(
            help="The classifier: squeezenet, inception_v3, or the folder of a trained breaker."
        ),
    ] = "squeezenet",
    weights: Annotated[
        str | None,
        typer.Option(
            help="Weights of inception_v3: a file, or `random`. Default: Keras downloads them."
        ),
    ] = None,
    epsilon: Annotated[
        float,
        typer.Option(
            min=0, max=2, help="Radius: how far a pixel may move on the scale from -1 to 1."
        ),
    ] = 0.01,
    until: Annotated[
        float, typer.Option(min=0, max=1, help="Stop at this probability of the target.")
    ] = 0.6,
    steps: Annotated[int, typer.Option(min=1, help="Largest number of gradient steps.")] = 100,
    out: Annotated[
        Path, typer.Option(help="Folder for before.png, after.png and difference.png.")
    ] = Path("attacked"),
    home: Home = None,
    quiet: Quiet = False,
) -> None:
    """Change a photograph within a small radius until a classifier takes it for the target."""
    from commands.attacked_picture import AttackedPicture, require_new

    require_new(out)
    from commands.progress import screen
    from harness.attacks.photo_classifier_attack import attack_photograph
    from harness.breakers.photo_classifier import photo_classifier
    from harness.datasets.photograph import photograph

    with screen(quiet) as shown:
        loading = shown.begin(1, 2, f"load {model}")
        reads = photo_classifier(model, weights, chosen_home(home) / "downloads")
        number = reads.number(target)
        image = photograph(picture, reads.size, reads.channels)
        loading(1, 1, "")
        start = time.perf_counter()
        climbing = shown.begin(2, 2, f"towards {reads.names[number]}")
        outcome = attack_photograph(reads, image, number, epsilon, until, steps, climbing)
    attacked = AttackedPicture(reads.names, number, epsilon, outcome, time.perf_counter() - start)
    say(attacked.as_text())
    say(f"{out}: before.png, after.png, difference.png ({attacked.write(out):.0f} times)")
    attacked.require(until)
