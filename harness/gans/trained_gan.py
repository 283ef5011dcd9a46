"""A trained GAN on disk, and the captchas that it draws."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.array_types import Bytes, Labels, Rows, Shape, Tensor
from harness.backend import compiled
from harness.breakers import saved_breaker
from harness.datasets.drawing.parallel import IMAGES, LABELS
from harness.errors import HarnessError
from harness.files.atomic import reserved
from harness.gans.gan import Gan
from harness.gans.gan_training import GanTraining, Generator, build_network, draw_pictures
from harness.gans.sheets import SHEET, as_bytes
from harness.progress import Progress
from harness.registry import find_loaded
from harness.seeds import stream

WEIGHTS, SPEC = "weights.npz", "gan.json"
AT_ONCE = 250  # pictures for one call of the network


@dataclass(frozen=True)
class TrainedGan:
    """A trained generator.

    Attributes:
        gan: its options.
        model: draws pictures; compiled, for batches of one size.
        shape: of a picture: height, width, channels.
        alphabet: of the pictures that it was trained on.
    """

    gan: Gan
    model: Generator
    shape: Shape
    alphabet: str

    def pictures(self, labels: Labels | Rows, seed: int, first: int = 0) -> Bytes:
        """Draw pictures first, first + 1, ... of the stream `seed`.

        Args:
            labels: the classes that are asked for, [n].
            seed: of the noise.
            first: number of the first one in the stream.
        """
        blocks = []
        for at in range(0, len(labels), AT_ONCE):
            some = np.asarray(labels[at : at + AT_ONCE], np.int32)
            # Batches of one size: the same picture, whatever it is drawn together with.
            full = np.resize(some, AT_ONCE)
            numbers = first + at + np.arange(AT_ONCE)
            block = draw_pictures(self.model, self.gan, full, seed, numbers)[: len(some)]
            blocks.append(as_bytes(block))
        return np.concatenate(blocks)


def save(
    name: str, training: GanTraining, shape: tuple[int, ...], alphabet: str, folder: Path
) -> None:
    """Write the generator that draws, what rebuilds it, and the sheets."""
    saved_breaker.write(training.kept, folder / WEIGHTS)
    spec = {
        "gan": name,
        "options": training.gan.model_dump(mode="json"),
        "shape": list(shape),
        "alphabet": alphabet,
    }
    (folder / SPEC).write_text(json.dumps(spec, sort_keys=True, indent=1))
    for number, sheet in enumerate(training.sheets, 1):
        (folder / SHEET.format(number)).write_bytes(sheet)


def load(folder: Path) -> TrainedGan:
    """Give the generator of a folder of the store.

    Raises:
        HarnessError: the weights belong to another network.
    """
    spec = json.loads((folder / SPEC).read_text())
    gan = find_loaded("gan", spec["gan"], spec["options"]).model_validate(spec["options"])
    if not isinstance(gan, Gan):
        raise HarnessError(f"{folder / SPEC}: {spec['gan']} is not a GAN")
    height, width, channels = spec["shape"]
    shape = (height, width, channels)
    model = build_network(gan, "generator", shape, len(spec["alphabet"]))
    saved_breaker.fill(model, folder / WEIGHTS)

    @compiled()
    def generator(inputs: Tensor, training: bool) -> Tensor:
        return model(inputs, training=training)

    return TrainedGan(gan, generator, shape, spec["alphabet"])


def draw_captchas(
    gan: TrainedGan, length: int, seed: int, count: int, folder: Path, progress: Progress
) -> None:
    """Draw captchas 0 to count - 1 of the stream `seed` into images.npy and labels.npy.

    Args:
        gan: a conditional one.
        length: pictures side by side.
        seed: of labels and noise.
        count: captchas.
        folder: gets uint8 [count, height, length * width, channels] and [count, length].
        progress: told how far it is.
    """
    height, width, channels = gan.shape
    shape = (count, height, length * width, channels)
    images = reserved(folder / IMAGES, np.uint8, shape)
    classes = range(len(gan.alphabet))
    labels = np.array(
        [stream(seed, index).choices(classes, k=length) for index in range(count)], np.uint8
    )
    np.save(folder / LABELS, labels)
    some = max(1, AT_ONCE // length)
    for at in range(0, count, some):
        rows = slice(at, min(at + some, count))
        each = gan.pictures(labels[rows].ravel(), seed, at * length)
        beside = each.reshape(-1, length, height, width, channels).swapaxes(1, 2)
        images[rows] = beside.reshape(-1, height, length * width, channels)
        progress(rows.stop, count)
    images.flush()
