"""Sanity check of a data set: whether its labels can be read from its images at all."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from harness.datasets.drawing.parallel import IMAGES, LABELS
from harness.datasets.generator import Images, Labels, decode
from harness.errors import HarnessError
from harness.images.sounds import is_sound

CHUNK = 2**24  # bytes of images in memory at once
SPOTS = 64  # pixels of an image that are compared first
SAMPLE = 1024  # bytes of an image by which most differ
ALIKE = 10  # images of one text from which on equal ones are no chance
FAINT = 3  # levels of 255 that nobody tells apart


def check_images(folder: Path, alphabet: str) -> int:
    """Refuse a data set whose labels cannot be read from its images.

    Args:
        folder: with images.npy uint8 [n, height, width, channels], where sounds are images of one
            row, and labels.npy uint8 [n, length].
        alphabet: of the labels.

    Returns:
        The number of images of one color, from which nothing can be read.

    Raises:
        HarnessError: all are of one color; all are the same; or each is the same as another one
            with another text.
    """
    images = np.load(folder / IMAGES, mmap_mode="r", allow_pickle=False)
    labels = np.load(folder / LABELS, allow_pickle=False)
    if not len(images):
        return 0
    what = "sounds" if is_sound(images.shape[1:]) else "pictures"
    plain = count_plain(images)
    if plain == len(images):
        raise HarnessError(_all_plain(images, what))
    _tell_apart(images, labels, alphabet, what)
    return plain


def count_plain(images: Images) -> int:
    """Count the images uint8 [n, height, width, channels] that are of one color."""
    channels, total = images.shape[3], 0
    for chunk in _chunks(images):
        flat = chunk.reshape(len(chunk), -1, channels)
        spots = flat[:, :: max(1, flat.shape[1] // SPOTS)]
        maybe = np.flatnonzero((np.ptp(spots, axis=1) <= FAINT).all(axis=1))
        total += sum(bool((np.ptp(flat[row], axis=0) <= FAINT).all()) for row in maybe)
    return total


def _all_plain(images: Images, what: str) -> str:
    """Build the message on images that are all of one color: what to look for."""
    levels = ", ".join(str(level) for level in images[0, 0, 0])
    if what == "sounds":
        return f"all {len(images)} sounds are silent: the first stays at level {levels}"
    return (
        f"all {len(images)} pictures are of one color from edge to edge, the first of {levels}, "
        "where 0 is black and 255 white: is the text drawn on nothing, in the color of its ground, "
        "or with 16 bits of which 8 are used?"
    )


def _chunks(images: Images) -> Iterator[Images]:
    """Yield blocks of images uint8 [rows, height, width, channels], read into memory."""
    rows = max(1, CHUNK // int(np.prod(images.shape[1:])))
    for first in range(0, len(images), rows):
        yield np.asarray(images[first : first + rows])


def _tell_apart(images: Images, labels: Labels, alphabet: str, what: str) -> None:
    """Refuse images that do not depend on their texts."""
    if _different(images) > len(images) // 2:
        return  # too many for each to stand for two texts
    texts: dict[bytes, set[bytes]] = {}
    for image, label in zip(images, labels, strict=True):
        shown = hashlib.sha256(np.ascontiguousarray(image).data).digest()
        texts.setdefault(shown, set()).add(label.tobytes())
    several = bool(np.any(labels != labels[0]))
    if len(texts) == 1 and (several or len(images) >= ALIKE):
        raise HarnessError(f"all {len(images)} {what} are the same{_though(texts, alphabet)}")
    if several and all(len(shared) > 1 for shared in texts.values()):
        raise HarnessError(
            f"{len(images)} {what} show no more than {len(texts)} different things, each with "
            f"several texts{_though(texts, alphabet)}"
        )


def _different(images: Images) -> int:
    """Count images that differ in a sample of their bytes: a lower bound on different ones."""
    seen: set[int] = set()
    for chunk in _chunks(images):
        flat = chunk.reshape(len(chunk), -1)
        seen.update(hash(row.tobytes()) for row in flat[:, :: max(1, flat.shape[1] // SAMPLE)])
    return len(seen)


def _though(texts: dict[bytes, set[bytes]], alphabet: str) -> str:
    """Build the end of a message: two texts of one image, and what to look for."""
    some = sorted(next(iter(texts.values())))[:2]
    quoted = [repr(decode(np.frombuffer(text, np.uint8), alphabet)) for text in some]
    if len(quoted) == 1:
        return f", all of the text {quoted[0]}: is it one picture, copied?"
    return (
        f", though their texts differ ({' and '.join(quoted)}): does what draws them ignore the "
        "text, or has its font no such letters?"
    )
