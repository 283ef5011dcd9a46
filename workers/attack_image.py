"""attack-image: one picture, one target, three pictures to look at."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.errors import HarnessError, SpecError
from workers.home import chosen_home
from workers.options import Home, Quiet, say

SHOWN = 5  # classes before and after
PICTURES = ("before", "after", "difference")


def attack_image(
    picture: Annotated[Path, typer.Argument(help="A photograph of your own.")],
    target: Annotated[str, typer.Option(help="The class it is to be taken for, or its number.")],
    model: Annotated[
        str, typer.Option(help="squeezenet, inception_v3, or the folder of a trained breaker.")
    ] = "squeezenet",
    weights: Annotated[
        str | None, typer.Option(help="For inception_v3: a file, or random; else Keras fetches.")
    ] = None,
    epsilon: Annotated[
        float, typer.Option(min=0, max=2, help="How far a pixel may move, from -1 to 1.")
    ] = 0.01,
    until: Annotated[
        float, typer.Option(min=0, max=1, help="Probability of the target to end at.")
    ] = 0.6,
    steps: Annotated[int, typer.Option(min=1, help="At most.")] = 100,
    out: Annotated[Path, typer.Option(help="Where the pictures go.")] = Path("attacked"),
    home: Home = None,
    quiet: Quiet = False,
) -> None:
    """Change a picture within a small box until a classifier takes it for another thing."""
    from harness.attacks.picture import towards
    from harness.breakers.photo_classifier import photo_classifier
    from harness.datasets.photograph import photograph
    from workers.progress import screen

    there = [name for name in PICTURES if (out / f"{name}.png").exists()]
    if there:
        raise SpecError(f"{out} has {there[0]}.png, which stays; name another folder with --out")
    with screen(quiet) as shown:
        loading = shown.begin(1, 2, f"load {model}")
        reads = photo_classifier(model, weights, chosen_home(home) / "downloads")
        wanted = reads.number(target)
        image = photograph(picture, reads.size, reads.channels)
        loading(1, 1, "")
        start = time.perf_counter()
        progress = shown.begin(2, 2, f"towards {reads.names[wanted]}")
        found = towards(reads, image, wanted, epsilon, until, steps, progress)
    seconds = time.perf_counter() - start
    for word, chances in (("before", found.chances_before), ("after", found.chances_after)):
        say(f"{word}: {_ranked(reads.names, chances)}")
    reached = float(found.chances_after[wanted])
    say(
        f"{reads.names[wanted]}: {100 * reached:.1f} % after {len(found.rises)} steps and "
        f"{seconds:.1f} s, within {epsilon:g} of each pixel"
    )
    factor = _written(found, out)
    say(f"{out}: before.png, after.png, difference.png ({factor:.0f} times)")
    if reached <= until:
        raise HarnessError(
            f"{reads.names[wanted]} reached {100 * reached:.1f} % and not {100 * until:.1f} %; "
            "give more --steps or a larger --epsilon"
        )


def _ranked(names: tuple[str, ...], chances: Any) -> str:
    """The most likely classes and their probabilities."""
    order = chances.argsort()[::-1][:SHOWN]
    return ", ".join(f"{names[number]} {100 * chances[number]:.1f} %" for number in order)


def _written(found: Any, out: Path) -> float:
    """The three pictures as 16-bit PNG files; by how much the difference is enlarged."""
    import numpy as np

    from harness.images.pictures import keep

    change = found.after - found.before
    largest = float(np.abs(change).max())
    factor = 1 / largest if largest else 1.0
    scales = dict(zip(PICTURES, (found.before, found.after, change * factor), strict=True))
    keep(out, {name: (np.clip(image, -1, 1) + 1) / 2 for name, image in scales.items()})
    return factor
