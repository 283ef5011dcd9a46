"""A trained GAN on disk, and the captchas that it draws."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.backend import tf
from harness.breakers import saved_breaker
from harness.datasets.drawing.parallel import IMAGES, LABELS
from harness.errors import HarnessError
from harness.files.atomic import reserved
from harness.gans.gan import Gan
from harness.gans.rivalry import Rivalry, build, drawn
from harness.gans.sheets import SHEET, as_bytes
from harness.progress import Progress
from harness.registry import find
from harness.seeds import stream

WEIGHTS, MADE = "weights.npz", "gan.json"
AT_ONCE = 250  # pictures for one call of the network


@dataclass(frozen=True)
class Network:
    """A trained generator.

    Attributes:
        gan: its options.
        model: draws pictures; compiled, for batches of one size.
        shape: of a picture: height, width, channels.
        alphabet: of the pictures that it was trained on.
    """

    gan: Gan
    model: Any
    shape: tuple[int, int, int]
    alphabet: str

    def pictures(
        self, labels: npt.NDArray[Any], seed: int, first: int = 0
    ) -> npt.NDArray[np.uint8]:
        """Pictures first, first + 1, ... of the stream `seed`.

        Args:
            labels: the classes that are asked for, [n].
            seed: of the noise.
            first: number of the first one in the stream.
        """
        found = []
        for at in range(0, len(labels), AT_ONCE):
            some = np.asarray(labels[at : at + AT_ONCE], np.int32)
            # Batches of one size: the same picture, whatever it is drawn together with.
            full = np.resize(some, AT_ONCE)
            numbers = first + at + np.arange(AT_ONCE)
            block = drawn(self.model, self.gan, full, seed, numbers)[: len(some)]
            found.append(as_bytes(block))
        return np.concatenate(found)


def save(name: str, rivalry: Rivalry, shape: tuple[int, ...], alphabet: str, folder: Path) -> None:
    """Write the generator that draws, what rebuilds it, and the sheets."""
    saved_breaker.write(rivalry.kept, folder / WEIGHTS)
    made = {
        "gan": name,
        "options": rivalry.gan.model_dump(mode="json"),
        "shape": list(shape),
        "alphabet": alphabet,
    }
    (folder / MADE).write_text(json.dumps(made, sort_keys=True, indent=1))
    for number, sheet in enumerate(rivalry.sheets, 1):
        (folder / SHEET.format(number)).write_bytes(sheet)


def load(folder: Path) -> Network:
    """Give the generator of a folder of the store.

    Raises:
        HarnessError: the weights belong to another network.
    """
    made = json.loads((folder / MADE).read_text())
    gan = find("gan", made["gan"]).model_validate(made["options"])
    if not isinstance(gan, Gan):
        raise HarnessError(f"{folder / MADE}: {made['gan']} is not a GAN")
    height, width, channels = made["shape"]
    shape = (height, width, channels)
    model = build(gan, "generator", shape, len(made["alphabet"]))
    saved_breaker.fill(model, folder / WEIGHTS)
    compiled = tf.function(lambda asked, training: model(asked, training=training))
    return Network(gan, compiled, shape, made["alphabet"])


def draw(
    network: Network, length: int, seed: int, count: int, folder: Path, progress: Progress
) -> None:
    """Draw captchas 0 to count - 1 of the stream `seed` into images.npy and labels.npy.

    Args:
        network: of a conditional GAN.
        length: pictures side by side.
        seed: of labels and noise.
        count: captchas.
        folder: gets uint8 [count, height, length * width, channels] and [count, length].
        progress: told how far it is.
    """
    height, width, channels = network.shape
    shape = (count, height, length * width, channels)
    images = reserved(folder / IMAGES, np.uint8, shape)
    classes = range(len(network.alphabet))
    labels = np.array(
        [stream(seed, index).choices(classes, k=length) for index in range(count)], np.uint8
    )
    np.save(folder / LABELS, labels)
    some = max(1, AT_ONCE // length)
    for at in range(0, count, some):
        rows = slice(at, min(at + some, count))
        each = network.pictures(labels[rows].ravel(), seed, at * length)
        beside = each.reshape(-1, length, height, width, channels).swapaxes(1, 2)
        images[rows] = beside.reshape(-1, height, length * width, channels)
        progress(rows.stop, count)
    images.flush()
