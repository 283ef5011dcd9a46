"""Fingerprints of pictures: digests and small versions by which copies are recognized."""

import errno
import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.datasets.generator import Color, Images
from harness.errors import RequirementError
from harness.images.imagefiles import UnreadableError, content, opened
from harness.images.pixels import eight_bit

SMALL = (24, 12)  # width, height of the version by which near-copies are recognized
DRAWN = 40  # levels away from the color of the edges
SPECK = 1  # such pixels in a row or a column that are not drawn yet
KEPT = 500_000  # fingerprints, about 1.3 kB each
NOWHERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)  # now and later
AT_ONCE = 4  # files: decoders leave the interpreter to others while they work
AHEAD = 256  # files whose pixels are held


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Digests and small versions of a picture, by which copies are recognized.

    Attributes:
        content: SHA-256 of the file.
        size: width, height.
        pixels: digest of the decoded pixels.
        small: the picture in gray, resized to SMALL, as bytes.
        inner: likewise, after its margins of one color are cut off.
        margins: pixels cut off at the left and at the top.
    """

    content: str
    size: tuple[int, int]
    pixels: bytes
    small: bytes
    inner: bytes
    margins: tuple[int, int]


Stamp = tuple[str, Color, int, int, int, int]
_LOOKS: dict[Stamp, Fingerprint | str] = {}  # files that have not changed are not read again


def stamp(file: Path, color: Color) -> Stamp:
    """Stamp a file with its inode, size and time of change: another stamp, another content.

    Raises:
        RequirementError: the file system does not say.
    """
    try:
        known = file.stat()
    except OSError as error:
        if error.errno in NOWHERE:
            return str(file), color, 0, 0, 0, 0
        raise RequirementError(f"cannot read {file}: {error.strerror}") from None
    return str(file), color, known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns


def fingerprints(stamps: list[Stamp]) -> Iterator[Fingerprint | str]:
    """Compute fingerprints of files; those of unchanged files are remembered.

    Args:
        stamps: of the files.

    Yields:
        A fingerprint, or why the file is no picture.

    Raises:
        RequirementError: the file system does not give a file now.
    """
    if len(_LOOKS) + len(stamps) > KEPT:
        _LOOKS.clear()
    unknown = [each for each in stamps if each not in _LOOKS]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        _LOOKS.update(zip(unknown, pool.map(_looked, unknown), strict=True))
    yield from (_LOOKS[each] for each in stamps)


def pixels_of(files: Sequence[Path], color: Color) -> Iterator[tuple[str, Images]]:
    """Decode files in threads, a few ahead; see `decoded`.

    Yields:
        SHA-256 and pixels, in the order of the files; of what is no picture: "", and no pixels.
    """

    def read(file: Path) -> tuple[str, Images]:
        try:
            return decoded(file, color)
        except UnreadableError:
            return "", np.zeros((1, 1, 1), np.uint8)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for start in range(0, len(files), AHEAD):
            yield from pool.map(read, files[start : start + AHEAD])


def _looked(known: Stamp) -> Fingerprint | str:
    try:
        digest, pixels = decoded(Path(known[0]), known[1])
    except UnreadableError as error:
        return str(error)
    height, width = pixels.shape[:2]
    shape = repr(pixels.shape).encode()
    gray = pixels[..., 0] if pixels.shape[2] == 1 else pixels.mean(axis=2).astype(np.uint8)
    inner, margins = _without_margins(gray)
    return Fingerprint(
        content=digest,
        size=(width, height),
        pixels=hashlib.blake2b(pixels.tobytes(), digest_size=16, key=shape).digest(),
        small=_small(gray),
        inner=_small(inner),
        margins=margins,
    )


def decoded(file: Path, color: Color) -> tuple[str, Images]:
    """Decode a picture file, and digest its bytes.

    Args:
        file: of a picture.
        color: gray or rgb.

    Returns:
        SHA-256 of its bytes, and its pixels uint8 [height, width, 1 or 3].

    Raises:
        UnreadableError: it is no picture that can be taken.
        RequirementError: the file system does not give it now.
    """
    try:
        data = content(file)
    except OSError as error:
        if error.errno in NOWHERE:
            raise UnreadableError("there is no such file") from None
        raise RequirementError(f"cannot read {file}: {error.strerror}") from None
    return hashlib.sha256(data).hexdigest(), eight_bit(opened(data), color)


def _without_margins(gray: Images) -> tuple[Images, tuple[int, int]]:
    """Crop a picture [height, width]: cut off rows and columns of one color at its edges."""
    edges = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    drawn = np.abs(gray.astype(np.int16) - int(np.median(edges))) > DRAWN
    rows, columns = (np.flatnonzero(drawn.sum(axis) > SPECK) for axis in (1, 0))
    if not len(rows) or not len(columns):
        return gray, (0, 0)
    inner = gray[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.ascontiguousarray(inner), (int(columns[0]), int(rows[0]))


def _small(gray: Images) -> bytes:
    from PIL import Image

    # Bilinear: a box filter depends on pixel borders, and so on the size of a resized copy.
    return Image.fromarray(gray).resize(SMALL, Image.Resampling.BILINEAR).tobytes()
