"""Image files from strangers: looked at before they are decoded, refused in one line."""

import base64
import binascii
import io
import struct
from typing import Any

import numpy as np
import numpy.typing as npt
from flask import request

from harness import pictures
from harness.errors import SpecError

LARGEST = 4 * 2**20  # bytes of a request
MOST_PIXELS = 4_000_000
SIGNATURE, PART, CHECKSUM = b"\x89PNG\r\n\x1a\n", struct.Struct(">I4s"), 4
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")


def picture(data: bytes, shape: tuple[int, int, int]) -> npt.NDArray[np.float32]:
    """Decode one image file.

    Args:
        data: of the file.
        shape: height, width and channels that the breaker takes.

    Returns:
        float32 [height, width, channels] in [0, 1]; see harness.pictures.decoded.

    Raises:
        SpecError: not one still picture of a known format and a bearable size.
    """
    _look(data)
    return pictures.decoded(data, shape)


def sent() -> bytes:
    """The image of the request at hand: a file of a form, or base64 in JSON.

    Raises:
        SpecError: neither is there.
    """
    # curl -d says that JSON is a form: only a multipart one is taken for what it says.
    if request.mimetype == "multipart/form-data" and "image" in request.files:
        return bytes(request.files["image"].read())
    try:
        content = request.get_json(force=True, silent=True)
    except RecursionError:  # brackets within brackets within brackets
        content = None
    if not isinstance(content, dict) or "image" not in content:
        raise SpecError("image: send a form with a file `image`, or JSON with base64 in `image`")
    return from_base64(content["image"])


def from_base64(text: Any) -> bytes:
    """The bytes of a base64 text, with or without `data:image/png;base64,` before it.

    Raises:
        SpecError: it is something else.
    """
    if not isinstance(text, str):
        raise SpecError("image: must be a base64 text")
    try:
        return base64.b64decode(text.partition(";base64,")[2] or text, validate=True)
    except (binascii.Error, ValueError):
        raise SpecError("image: not base64") from None


def _look(data: bytes) -> None:
    """Refuse by the header alone: a small file can hold an image that fills the memory."""
    import warnings

    from PIL import Image

    if not data:
        raise SpecError("image: empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                width, height = image.size
                moving = getattr(image, "is_animated", False)
                whole = image.format != "PNG" or _whole(data)
    except Exception:  # what Pillow raises for bytes that somebody made up, it does not say
        raise SpecError(f"image: cannot be read; formats: {', '.join(FORMATS)}") from None
    if width * height > MOST_PIXELS:
        raise SpecError(f"image: {width} x {height} pixels; at most {MOST_PIXELS:,} in all")
    if not whole:
        raise SpecError("image: the PNG file is cut off or damaged")
    if moving:
        raise SpecError("image: it moves; send one still picture")


def _whole(data: bytes) -> bool:
    """Whether the parts of a PNG file lie within it.

    OpenCV takes the memory that a part's length asks for before it looks whether the part is there:
    gigabytes, and seconds, for a file of a hundred bytes.
    """
    at: int = len(SIGNATURE)
    while at + PART.size <= len(data):
        length, kind = PART.unpack_from(data, at)
        at += PART.size + length + CHECKSUM
        if kind == b"IEND":
            return at <= len(data)
    return False
