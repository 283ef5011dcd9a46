"""Headers of image files: size, frames and orientation, read before anything is decoded."""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE, PART, CHECKSUM = b"\x89PNG\r\n\x1a\n", struct.Struct(">I4s"), 4
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a pixel, by a PNG file's kind of color
DEEP = 16  # bits of a sample
PASSES = 8  # an interlaced PNG has seven passes, whose rows add a byte each
MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # of a JPEG file: not stuffed, no restart
START_OF_SCAN, END, EXIF_PART, ALONE = 0xDA, 0xD9, 0xE1, {0x01, 0xD8}
EXIF, ORIENTATION = b"Exif\0\0", 0x0112
GIF_SIZE = struct.Struct("<HH")  # behind the six letters of its version
MOST_PARTS = 100_000  # of a file, or bytes between them; a large picture has some thousand
PIECE = 1 << 20  # bytes that are inflated at a time


class DamagedError(ValueError):
    """An image file that is cut off, or whose header contradicts itself."""


@dataclass(frozen=True)
class Header:
    """Facts of an image file that are known without decoding it.

    Attributes:
        size: width and height in pixels; None where only the decoder knows.
        moves: whether it holds more than one picture.
        deep: whether it has colors of 16 bits, for which Pillow has no mode.
        orientation: how a camera was held, 1 to 8, as EXIF counts.
        scans: times that the picture is gone over while it is decoded.
        data: the file, without what would only be warned of.
    """

    size: tuple[int, int] | None
    moves: bool
    deep: bool
    orientation: int
    scans: int
    data: bytes


def png(data: bytes) -> Header:
    """Read the header of a PNG file from its chunks.

    Decoders take the memory that a chunk's length asks for before they look whether the chunk is
    there: gigabytes, and seconds, for a file of a hundred bytes.

    Raises:
        DamagedError: a chunk does not lie within the file, or there is no picture.
    """
    size, depth, kind, frames, orientation, pixels = None, 0, 0, [], 1, []
    for name, content in _parts(data):
        if name == b"IHDR" and size is None and len(content) >= 10:  # noqa: PLR2004 - its fields
            width, height, depth, kind = struct.unpack_from(">IIBB", content)
            size = width, height
        elif name == b"acTL" and len(content) >= 4:  # noqa: PLR2004 - a number of 32 bits
            frames.append(struct.unpack_from(">I", content)[0])
        elif name == b"eXIf":
            orientation = turned(bytes(content))
        elif name == b"IDAT":
            pixels.append(content)
    if size is None or not pixels:
        raise DamagedError("it holds no picture")
    deep = depth == DEEP and SAMPLES.get(kind, 1) > 1
    return Header(size, frames not in ([], [1]), deep, orientation, 1, data)


def _parts(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """List name and content of each chunk of a PNG file, up to its end."""
    at, view = len(SIGNATURE), memoryview(data)
    for _ in range(MOST_PARTS):
        if at + PART.size > len(data):
            break
        length, name = PART.unpack_from(data, at)
        content = view[at + PART.size : at + PART.size + length]
        at += PART.size + length + CHECKSUM
        if at > len(data):
            break
        yield name, content
        if name == b"IEND":
            return
    raise DamagedError("it is cut off, or in far too many parts")


def inflated(data: bytes, most: int) -> bool:
    """Tell whether the pixels of a PNG file inflate to at most `most` bytes; none are kept."""
    stream, total = zlib.decompressobj(), 0
    for name, content in _parts(data):
        left = bytes(content) if name == b"IDAT" else b""
        while left and not stream.eof:
            total += len(stream.decompress(left, PIECE))
            if total > most:
                return False
            left = stream.unconsumed_tail
    return True


def raw_size(size: tuple[int, int]) -> int:
    """Count the bytes that the pixels of a 16-bit PNG file can take, filters included."""
    return size[0] * size[1] * 8 + PASSES * (size[1] + 1)


def jpeg(data: bytes, most: int) -> Header:
    """Read the header of a JPEG file from its markers, up to its end or `most` scans.

    Each scan goes over the whole picture: a file of 4 MB can hold some 300,000 of them.
    """
    at, scans, parts, stray, kept_from = 2, 0, 0, 0, 0
    exif, kept = b"", []
    while scans <= most and (match := MARKER.search(data, at)):
        stray += match.start() - at if scans == 0 else 0
        at, marker, parts = match.end(), data[match.end() - 1], parts + 1
        if max(parts, stray) > MOST_PARTS:
            raise DamagedError("it is in far too many parts")
        if marker == END:
            break
        if marker in ALONE or at + 2 > len(data):
            continue
        scans += marker == START_OF_SCAN
        length = int.from_bytes(data[at : at + 2], "big")
        if marker == EXIF_PART and data.startswith(EXIF, at + 2):
            # Pillow looks into it for dots per inch, and warns of what it cannot read.
            exif = exif or data[at + 2 : at + length]
            kept.append(data[kept_from : match.start()])
            kept_from = at + length
        at += length
    if scans == 0:
        raise DamagedError("it holds no picture")
    kept.append(data[kept_from:])
    rest = data if len(kept) == 1 else b"".join(kept)
    return Header(None, False, False, turned(exif), scans, rest)


def gif(data: bytes) -> Header:
    """Read the header of a GIF file: its size."""
    if len(data) < 6 + GIF_SIZE.size:
        raise DamagedError("it is cut off")
    width, height = GIF_SIZE.unpack_from(data, 6)
    return Header((width, height), False, False, 1, 1, data)


def turned(exif: bytes) -> int:
    """Read the orientation of an EXIF block: 1 to 8; 1 where there is none, or it is damaged."""
    exif = exif.removeprefix(EXIF)
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(f"{order}I", exif, 4)
        (entries,) = struct.unpack_from(f"{order}H", exif, first)
        for number in range(entries):
            tag, kind, _count, value = struct.unpack_from(
                f"{order}HHIH", exif, first + 2 + 12 * number
            )
            if tag == ORIENTATION:
                return int(value) if kind == 3 and 1 <= value <= 8 else 1  # noqa: PLR2004 - short
    except struct.error:
        pass
    return 1
