"""Export of a data set as PNG or WAV files, named by label."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from harness.datasets.drawing.parallel import IMAGES, LABELS
from harness.datasets.folder.unread_tables import TABLE
from harness.datasets.generator import decode
from harness.errors import RequirementError, SpecError
from harness.images.pictures import png
from harness.images.sounds import is_sound, wav
from harness.pipeline.store import Artifact
from harness.progress import Progress


def vacant(folder: Path) -> Path:
    """Refuse a folder that holds anything: a split of captchas must not be mixed with another.

    Args:
        folder: need not exist.

    Returns:
        The same folder.

    Raises:
        SpecError: it holds something, or is no folder.
        RequirementError: it cannot be looked into.
    """
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise SpecError(f"{folder} is not empty; name a new folder")
        if folder.exists() and not folder.is_dir():
            raise SpecError(f"{folder} is a file; name a new folder")
    except OSError as error:
        raise RequirementError(f"cannot look into {folder}: {error.strerror}") from None
    return folder


def suffix_of(dataset: Artifact) -> str:
    """Give the suffix of a data set's exported files: .wav for sounds, .png for pictures."""
    images = np.load(dataset.path / IMAGES, mmap_mode="r", allow_pickle=False)
    return ".wav" if is_sound(images.shape[1:]) else ".png"


def export(dataset: Artifact, folder: Path, count: int | None, progress: Progress) -> int:
    """Write a data set's captchas into a folder, as `save` does.

    Args:
        dataset: a finished data set.
        folder: a new one, or an empty one.
        count: the first N; None: all.
        progress: told how far it is.

    Returns:
        The number of files.

    Raises:
        SpecError: the folder holds something.
        RequirementError: the folder cannot be written.
    """
    images = np.load(dataset.path / IMAGES, mmap_mode="r", allow_pickle=False)
    labels = np.load(dataset.path / LABELS, allow_pickle=False)
    total = len(labels) if count is None else min(count, len(labels))
    suffix = suffix_of(dataset)
    written = wav if suffix == ".wav" else png

    def captchas() -> Iterator[tuple[int, str, bytes]]:
        for index in range(total):
            text = decode(labels[index], str(dataset.notes["alphabet"]))
            yield index, text, written(images[index])
            progress(index + 1, total)

    save(folder, captchas(), suffix)
    return total


def save(folder: Path, captchas: Iterable[tuple[int, str, bytes]], suffix: str) -> None:
    """Write files <label>_<number>.png, and labels.csv with the exact labels.

    Args:
        folder: a new one, or an empty one.
        captchas: of each its number, which keeps equal labels apart, its label and the file.
        suffix: of the files.

    Raises:
        SpecError: the folder holds something.
        RequirementError: the folder cannot be written.
    """
    vacant(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / TABLE).open("w", newline="", encoding="utf-8") as lines:
            table = csv.writer(lines)
            table.writerow(["file", "label"])
            for number, label, content in captchas:
                name = f"{file_safe(label)}_{number:06d}{suffix}"
                (folder / name).write_bytes(content)
                table.writerow([name, label])
    except OSError as error:
        raise RequirementError(f"cannot write to {folder}: {error.strerror}") from None


def file_safe(label: str) -> str:
    """Make a label safe for file names: letters and digits stay, a slash becomes u002f."""
    return "".join(c if c.isalnum() else f"u{ord(c):04x}" for c in label)
