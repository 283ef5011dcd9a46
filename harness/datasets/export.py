"""A data set as PNG or WAV files that anybody can open, named by label."""

from pathlib import Path

import numpy as np

from harness.datasets.drawing import IMAGES, LABELS
from harness.datasets.generator import Watch, decode
from harness.errors import LackingError
from harness.pictures import png
from harness.sounds import is_sound, wav
from harness.store import Artifact


def export(dataset: Artifact, folder: Path, count: int | None, watch: Watch) -> int:
    """Write captchas as <label>_<index>.png (or .wav): the index keeps equal labels apart.

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
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for index in range(total):
            text = file_safe(decode(labels[index], str(dataset.notes["alphabet"])))
            (folder / f"{text}_{index:06d}{suffix}").write_bytes(written(images[index]))
            watch(index + 1, total)
    except OSError as error:
        raise LackingError(f"cannot write to {folder}: {error.strerror}") from None
    return total


def file_safe(label: str) -> str:
    """Letters and digits as they are, other characters as their code: u002f for a slash."""
    return "".join(c if c.isalnum() else f"u{ord(c):04x}" for c in label)
