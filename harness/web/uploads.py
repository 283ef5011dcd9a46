"""Uploaded image files: checked before they are decoded."""

import base64
import binascii

import numpy as np
import numpy.typing as npt
from flask import request

from harness.errors import SpecError
from harness.images import pixels

LARGEST = 4 * 2**20  # bytes of a request
MOST_PIXELS = 4_000_000


def picture(data: bytes, shape: tuple[int, int, int]) -> npt.NDArray[np.float32]:
    """Decode an uploaded image file for a breaker.

    Args:
        data: of the file.
        shape: height, width and channels that the breaker takes.

    Returns:
        float32 [height, width, channels] in [0, 1]; see harness.images.pixels.unit.

    Raises:
        SpecError: not one still picture of a known format and a bearable size.
    """
    try:
        return pixels.unit(pixels.opened(data, MOST_PIXELS), shape)
    except pixels.UnreadableError as error:
        raise SpecError(f"image: {error}") from None


def sent() -> bytes:
    """Read the image file of the present request: a file of a form, or base64 in JSON.

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


def from_base64(text: object) -> bytes:
    """Decode a base64 text, with or without `data:image/png;base64,` before it.

    Raises:
        SpecError: it is something else.
    """
    if not isinstance(text, str):
        raise SpecError("image: must be a base64 text")
    try:
        return base64.b64decode(text.partition(";base64,")[2] or text, validate=True)
    except (binascii.Error, ValueError):
        raise SpecError("image: not base64") from None
