"""A data set as PNG or WAV files that anybody can open, named by label."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from harness.datasets.drawing import IMAGES, LABELS
from harness.datasets.generator import Watch, decode
from harness.errors import LackingError
from harness.pictures import png
from harness.sounds import is_sound, wav
from harness.store import Artifact

LABELS_CSV = "labels.csv"


def export(dataset: Artifact, folder: Path, count: int | None, watch: Watch) -> int:
    """Write captchas as `save` does.

    Args:
        dataset: a finished data set.
        folder: made if need be; existing files of the same name are replaced.
        count: the first so many; None: all.
        watch: told of progress.

    Returns:
        The number of files.

    Raises:
        LackingError: the folder cannot be written.
    """
    images = np.load(dataset.path / IMAGES, mmap_mode="r", allow_pickle=False)
    labels = np.load(dataset.path / LABELS, allow_pickle=False)
    total = len(labels) if count is None else min(count, len(labels))
    suffix, written = (".wav", wav) if is_sound(images.shape[1:]) else (".png", png)

    def captchas() -> Iterator[tuple[int, str, bytes]]:
        for index in range(total):
            text = decode(labels[index], str(dataset.notes["alphabet"]))
            yield index, text, written(images[index])
            watch(index + 1, total)

    save(folder, captchas(), suffix)
    return total


def save(folder: Path, captchas: Iterable[tuple[int, str, bytes]], suffix: str) -> None:
    """Write files <label>_<number>.png, and labels.csv, which has labels that no name can hold.

    Args:
        folder: made if need be.
        captchas: of each its number, which keeps equal labels apart, its label and the file.
        suffix: of the files.

    Raises:
        LackingError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LABELS_CSV).open("w", newline="") as lines:
            table = csv.writer(lines)
            table.writerow(["file", "label"])
            for number, label, content in captchas:
                name = f"{file_safe(label)}_{number:06d}{suffix}"
                (folder / name).write_bytes(content)
                table.writerow([name, label])
    except OSError as error:
        raise LackingError(f"cannot write to {folder}: {error.strerror}") from None


def file_safe(label: str) -> str:
    """Letters and digits as they are, other characters as their code: u002f for a slash."""
    return "".join(c if c.isalnum() else f"u{ord(c):04x}" for c in label)
