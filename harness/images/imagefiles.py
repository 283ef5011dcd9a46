"""Image files: checked before they are decoded, and opened as still, upright pictures."""

import contextlib
import errno
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from harness.errors import SpecError
from harness.images import headers

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
MOST_PIXELS = 89_478_485  # from there on, Pillow warns of a bomb
MOST_BYTES = 2**28  # of a file: three for each of those pixels
BYTES_A_PIXEL, MOST_BESIDE = 16, 2**24  # that a picture takes at most, and what comes with it
MOST_SCANS = 100  # of a JPEG file; encoders make about ten
MOVES = "it moves; one still picture is needed"
# Key in `info` of an image: its colors uint16 [height, width, channels], for which PIL has no mode.
BITS_16 = "harness.images.imagefiles"

Deep = npt.NDArray[np.uint16]


class UnreadableError(SpecError):
    """A file or an image that cannot be taken as a picture; the message says why."""


def opened(source: Path | bytes, most_pixels: int = MOST_PIXELS) -> "Image":
    """Open one still picture, whose header is checked before it is decoded.

    Args:
        source: a file, or the bytes of one.
        most_pixels: width times height that is still taken.

    Returns:
        An image of PIL, decoded, turned as its EXIF orientation says.

    Raises:
        UnreadableError: no regular file, of no known format, too large, moving, or damaged.
        OSError: the file system does not give the file now (no right, a failing disk).
    """
    data = source if isinstance(source, bytes) else content(source)
    name = _format(data)
    with faults(f"the {name} file cannot be read"):
        header = _header(name, data)
        if header.scans > MOST_SCANS:
            raise UnreadableError(f"the JPEG file has more than {MOST_SCANS} scans")
        if header.size:
            _bearable(header.size, most_pixels, len(data))
        if header.moves:
            raise UnreadableError(MOVES)
        image = _undecoded(name, header.data)
        _bearable(image.size, most_pixels, len(data))
        still(image)
        image.load()
        orientation = header.orientation
        if name == "WEBP" and "exif" in image.info:
            orientation = headers.turned(image.info["exif"])
        deep = _deep(header.data, image.size) if header.deep else None
    return _upright(image, deep, orientation)


def content(file: Path) -> bytes:
    """Read a regular file; anything else is not even opened: reading it could wait for ever.

    Raises:
        UnreadableError: no regular file, or a very large one.
        OSError: the file system does not give the file now.
    """
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise UnreadableError("it is no file, but a folder, a pipe or a device")
        with open(file, "rb", opener=_at_once) as stream:
            known = os.fstat(stream.fileno())
            if not stat.S_ISREG(known.st_mode):
                raise UnreadableError("it is no file, but a folder, a pipe or a device")
            if known.st_size > MOST_BYTES:
                raise UnreadableError(f"a file of {known.st_size:,} bytes; at most {MOST_BYTES:,}")
            return stream.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise UnreadableError("there is no such file") from None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO):
            raise UnreadableError(f"there is no such file ({error.strerror})") from None
        raise


def _at_once(file: str, flags: int) -> int:
    """Open a file without waiting, should it have become a pipe meanwhile."""
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))


def _format(data: bytes) -> str:
    """Tell the format of an image file, one of FORMATS, by its first bytes."""
    if not data:
        raise UnreadableError("empty")
    if data.startswith(headers.SIGNATURE):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(b"BM"):
        return "BMP"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    raise UnreadableError(f"cannot be read as a picture; formats: {', '.join(FORMATS)}")


def _header(name: str, data: bytes) -> headers.Header:
    if name == "PNG":
        return headers.png(data)
    if name == "JPEG":
        return headers.jpeg(data, MOST_SCANS)
    if name == "GIF":
        return headers.gif(data)
    return headers.Header(None, False, False, 1, 1, data)


def _undecoded(name: str, data: bytes) -> "ImageFile":
    """Open an image by its format's decoder; Image.open tries others too, and warns of size."""
    from PIL import BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

    decoders: dict[str, type[ImageFile]] = {
        "PNG": PngImagePlugin.PngImageFile,
        "JPEG": JpegImagePlugin.JpegImageFile,
        "GIF": GifImagePlugin.GifImageFile,
        "BMP": BmpImagePlugin.BmpImageFile,
        "WEBP": WebPImagePlugin.WebPImageFile,
    }
    return decoders[name](io.BytesIO(data))


@contextlib.contextmanager
def faults(what: str) -> Iterator[None]:
    """Turn what decoders raise for damaged or forged bytes, which can be anything, into one line.

    That memory runs out is no fault of the picture.
    """
    try:
        yield
    except (UnreadableError, MemoryError):
        raise
    except Exception as error:
        reason = " ".join(str(error).split())
        raise UnreadableError(f"{what} ({reason})" if reason else what) from None


def still(image: "Image") -> None:
    """Refuse an image of several pictures, of which only the first would be taken.

    A phone's JPEG may carry more behind its picture (a small one, a depth map): no page shows it.

    Raises:
        UnreadableError: it has more than one frame.
    """
    if getattr(image, "is_animated", False) and image.format != "MPO":
        raise UnreadableError(MOVES)


def _bearable(size: tuple[int, int], most: int, length: int) -> None:
    """Refuse too many pixels, and a file of far more bytes than they can fill."""
    width, height = size
    if width < 1 or height < 1:
        raise UnreadableError(f"{width} x {height} pixels: nothing to see")
    if width * height > most:
        raise UnreadableError(f"{width} x {height} pixels; at most {most:,} in all")
    if length > BYTES_A_PIXEL * width * height + MOST_BESIDE:
        raise UnreadableError(f"{length:,} bytes for a picture of {width} x {height} pixels")


def _deep(data: bytes, size: tuple[int, int]) -> Deep:
    """Decode the colors of a PNG file of 16 bits: uint16 [height, width, 3 or 4], RGB."""
    import cv2

    if not headers.inflated(data, headers.raw_size(size)):
        raise UnreadableError("the PNG file holds far more than its picture")
    levels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if levels is None or levels.dtype != np.uint16 or levels.shape[:2] != size[::-1]:
        raise UnreadableError("the PNG file of 16 bits cannot be read")
    order = [2, 1, 0, 3][: levels.shape[2]]
    return np.ascontiguousarray(levels[..., order], np.uint16)


def upright(image: "Image") -> "Image":
    """Turn an image as the EXIF block that it carries says.

    Args:
        image: of PIL; one of `opened` carries no EXIF any more, nor does one just drawn.

    Returns:
        The same image, where there is nothing to turn; else another one, without EXIF.

    Raises:
        UnreadableError: the file behind it is damaged.
    """
    with faults(f"an image of mode {image.mode} cannot be taken"):
        still(image)
        image.load()  # a PNG file may say it behind its picture
        exif = image.info.get("exif")
        orientation = headers.turned(exif) if isinstance(exif, bytes) else 1
        return image if orientation == 1 else _upright(image, image.info.get(BITS_16), orientation)


def _upright(image: "Image", deep: Deep | None, orientation: int) -> "Image":
    """Turn an image, drop its EXIF block, and attach its 16 bits of color to it."""
    from PIL import Image

    way = Image.Transpose
    turns = {
        2: way.FLIP_LEFT_RIGHT, 3: way.ROTATE_180, 4: way.FLIP_TOP_BOTTOM, 5: way.TRANSPOSE,
        6: way.ROTATE_270, 7: way.TRANSVERSE, 8: way.ROTATE_90,
    }  # fmt: skip
    turn = turns.get(orientation)
    if turn is not None:
        image = image.transpose(turn)
    image.info.pop("exif", None)
    if deep is not None:
        image.info[BITS_16] = deep if turn is None else _turned(deep, orientation)
    return image


def _turned(pixels: Deep, orientation: int) -> Deep:
    """Turn an array [height, width, channels] by an EXIF orientation."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
