"""What it saves, and what it costs, that a training ends when nothing is gained."""

from dataclasses import dataclass

from benchmarks.measured import HOME, captchas_read, document_of
from harness.results.document import BreakerResult

SWEEP = """
name = "stopping"
title = "A training that ends at a plateau, and one that shows 192,000 images"
seed = 1

[datasets.digits]
generator = "image_captcha"
train = 900
test = 1000

[breakers.full-50]
dataset = "digits"
architecture = "whole_image"
schedule = "cosine"
start_from = "none"
images = 50
epochs = 3840

[breakers.full-100]
dataset = "digits"
architecture = "whole_image"
schedule = "cosine"
start_from = "none"
images = 100
epochs = 1920

[breakers.full-300]
dataset = "digits"
architecture = "whole_image"
schedule = "cosine"
start_from = "none"
images = 300
epochs = 640

[breakers.full-900]
dataset = "digits"
architecture = "whole_image"
schedule = "cosine"
start_from = "none"
images = 900
epochs = 213

[breakers.plateau]
dataset = "digits"
architecture = "whole_image"
start_from = "none"
vary.images = [50, 100, 300, 900]

[breakers.from_foundation]
dataset = "digits"
architecture = "whole_image"
start_from = "foundation"
vary.images = [50, 100, 300, 900]
"""


@dataclass(frozen=True)
class Training:
    """One training: of some labelled captchas, by one recipe."""

    recipe: str
    labels: int
    images: int
    seconds: float
    captchas: str
    interval: str


@dataclass(frozen=True)
class Stopping:
    """All trainings, and by how much each recipe is quicker than the full one."""

    trainings: tuple[Training, ...]
    quicker: dict[str, dict[int, float]]


def measure() -> Stopping:
    """Train with few labels by each recipe, one after the other."""
    trainings = tuple(map(_training, document_of(SWEEP, HOME).breakers))
    full = {each.labels: each.seconds for each in trainings if each.recipe == "full"}
    quicker: dict[str, dict[int, float]] = {}
    for each in trainings:
        quicker.setdefault(each.recipe, {})[each.labels] = full[each.labels] / each.seconds
    return Stopping(trainings, quicker)


def _training(row: BreakerResult) -> Training:
    shown = row.history[-1].get("shown") if row.history else None
    low, high = row.accuracy.captcha_interval if row.accuracy else (0.0, 1.0)
    return Training(
        row.breaker.rpartition("-")[0],
        row.train_images,
        int(shown or row.epochs * row.train_images),
        row.seconds or 0.0,
        captchas_read(row.accuracy, row.status),
        f"{100 * low:.1f} to {100 * high:.1f}",
    )
