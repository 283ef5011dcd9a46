"""What `auto` leaves, and what ART's attacks leave, of an undefended and of a robust network."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.measured import HOME
from benchmarks.page import table
from benchmarks.pgd import art_classifier, trained
from harness.attacks.auto import Auto
from harness.attacks.square import Square
from harness.breakers.reader import Reader, trained_reader
from harness.datasets.generator import unwatched
from harness.steps import carry_out
from workers.home import start_text
from workers.progress import Lines

EPSILON, IMAGES = 0.3, 1000
ROBUST = """
name = "robust"
seed = 1
epsilons = [0.3]

[datasets.mnist]
generator = "mnist"
train = 60000
test = 10000

[breakers.two_conv]
dataset = "mnist"
architecture = "two_conv"
epochs = 2
precision = "auto"

[defenses.pgd_training]
defense = "pgd_training"
"""


def robust() -> Reader:
    """The two_conv of adversarial training, trained first if need be."""
    run = start_text(ROBUST, HOME)
    shown = Lines()
    for number, step in enumerate(run.plan.steps, 1):
        if step.label in ("draw mnist train", "train two_conv", "pgd_training two_conv"):
            watch = shown.begin(number, len(run.plan.steps), step.label)
            carry_out(step, run.store, run.sources, watch)
    return trained_reader(run.trained("two_conv", "pgd_training"))


def art_attacks(classifier: Any) -> dict[str, Any]:
    """ART's attacks with the budgets of ours."""
    from art.attacks.evasion import (
        AutoProjectedGradientDescent,
        ProjectedGradientDescent,
        SquareAttack,
    )

    size = {"eps": EPSILON, "batch_size": 256}
    plain = {"norm": np.inf, "verbose": False}
    apgd = {"eps_step": 2 * EPSILON, "max_iter": 100, "nb_random_init": 1}
    return {
        "ART PGD-100": ProjectedGradientDescent(
            classifier, eps_step=EPSILON / 40, max_iter=100, num_random_init=1, **size, **plain
        ),
        "ART APGD-CE": AutoProjectedGradientDescent(
            classifier, loss_type="cross_entropy", **apgd, **size, **plain
        ),
        "ART APGD-DLR": AutoProjectedGradientDescent(
            classifier, loss_type="difference_logits_ratio", **apgd, **size, **plain
        ),
        "ART Square, 1,000 queries": SquareAttack(
            classifier, eps=EPSILON, max_iter=1000, nb_restarts=1, batch_size=256, verbose=False
        ),
    }


def measure() -> str:
    """Every attack once on each network."""
    undefended, images, labels = trained()
    rows = []
    for word, reader in (("undefended simple_cnn", undefended), ("robust two_conv", robust())):
        right = (reader.read(images) == labels).mean()
        rows.append((word, "none", f"{100 * right:.1f} %", ""))
        for name, way in ways(reader, images, labels).items():
            begin = time.perf_counter()
            found = way()
            seconds = time.perf_counter() - begin
            left = (reader.read(found) == labels).mean()
            rows.append((word, name, f"{100 * left:.1f} %", f"{seconds:.0f}"))
    return "\n\n".join(
        [
            "## What attacks leave",
            f"MNIST, linf {EPSILON}, {IMAGES:,} test images. Undefended: simple_cnn of the MNIST "
            "experiment. Robust: two_conv after adversarial training (`pgd_training` as it is when "
            "nothing is said). Seconds with tracing.",
            table(("network", "attack", "accuracy left", "seconds"), rows),
        ]
    )


def ways(
    reader: Reader, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8]
) -> dict[str, Callable[[], npt.NDArray[Any]]]:
    """Name -> what gives the perturbed images."""

    def ours(attack: Any) -> Callable[[], npt.NDArray[Any]]:
        return lambda: next(attack.perturb(reader, images, labels, [EPSILON], 0, unwatched)).images

    pixels, classes = images.astype(np.float32) / 255, labels[:, 0].astype(np.int64)

    def theirs(attack: Any) -> Callable[[], npt.NDArray[Any]]:
        return lambda: attack.generate(pixels, classes).astype(np.float32)

    found = {"auto": ours(Auto()), "square, 5,000 queries": ours(Square())}
    peers = art_attacks(art_classifier(reader.model))
    return found | {name: theirs(attack) for name, attack in peers.items()}
