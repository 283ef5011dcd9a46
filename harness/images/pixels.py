"""Pixels of an image, of a file or just drawn, as the arrays that breakers read.

All images become arrays here, so that a captcha has the same pixels whether it lies in a folder,
is drawn by a function, is sent to the pages, or is shown in a browser: turned as its camera was
held, on white where it is transparent, 16 bits scaled to 8 and never cut off.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from harness.array_types import Bytes, Floats
from harness.images.imagefiles import (
    BITS_16,
    FORMATS,
    UnreadableError,
    faults,
    opened,
    still,
    upright,
)

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["FORMATS", "UnreadableError", "eight_bit", "opened", "read", "sized", "unit"]

WHITE = 65535  # of 16 bits
RANGES = ((1.5, 1), (300, 255), (80_000, WHITE))  # where numbers end, overshoot included: white
LEAST = 0.25  # of white, that numbers lie below black, where a filter made them
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
STRAIGHT = {"La": "LA", "RGBa": "RGBA"}  # modes whose colors are multiplied by their opacity
NUMBERS = ("I", "F")  # modes of one number a pixel, of 16 or 32 bits

Color = Literal["gray", "rgb"]
Pixels = TypeVar("Pixels", Bytes, Floats)


def read(source: Path | bytes, color: Color) -> Bytes:
    """Read an image file: see `opened` and `eight_bit`."""
    return eight_bit(opened(source), color)


def eight_bit(image: "Image", color: Color) -> Bytes:
    """Convert an image of PIL, of any mode, to 8 bits: on white, 0 black to 255 white.

    Args:
        image: of PIL; numbers in 0..1, in 0..255 or of 16 bits are distinguished by the largest.
        color: gray for luminance, or rgb.

    Returns:
        uint8 [height, width, 1 or 3].

    Raises:
        UnreadableError: an unknown mode or range, a file behind it that is damaged, or
            more than one picture.
    """
    image, channels = upright(image), 1 if color == "gray" else 3
    if (deep := _depth(image)) is not None:
        return np.asarray(np.rint(_channels(deep, channels) * 255), np.uint8)
    with faults(f"an image of mode {image.mode} cannot be taken"):
        still(image)
        if image.has_transparency_data:
            image = _on_white(image)
        levels = np.asarray(image.convert("L" if channels == 1 else "RGB"), np.uint8)
    return levels.reshape(*levels.shape[:2], channels)


def unit(image: "Image", shape: tuple[int, int, int]) -> Floats:
    """Convert an image of PIL to pixels in [0, 1], as breakers take them; 16 bits stay 16.

    Args:
        image: see eight_bit.
        shape: height, width and channels (1 or 3); an image of another size is resized.

    Returns:
        float32 [height, width, channels] in [0, 1].

    Raises:
        UnreadableError: see eight_bit.
    """
    image, (height, width, channels) = upright(image), shape
    if (deep := _depth(image)) is not None:
        return np.asarray(sized(_channels(deep, channels), (width, height)), np.float32)
    levels = sized(eight_bit(image, "gray" if channels == 1 else "rgb"), (width, height))
    return np.asarray(levels / np.float32(255), np.float32)


def sized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Resize pixels uint8 or float32 [height, width, 1 or 3] to (width, height).

    A picture that is a whole number of times as large, as on a screen of double density, gives the
    mean of its squares; another one is resized bilinearly.
    """
    from PIL import Image

    height, width, channels = pixels.shape
    if (width, height) == size:
        return pixels
    times = width // size[0], height // size[1]
    whole = times[0] == times[1] > 0 and (size[0] * times[0], size[1] * times[1]) == (width, height)
    method = Image.Resampling.BOX if whole else Image.Resampling.BILINEAR
    planes = [
        np.asarray(Image.fromarray(pixels[..., number]).resize(size, method))
        for number in range(channels)
    ]
    return np.stack(planes, axis=-1).astype(pixels.dtype, copy=False)


def _on_white(image: "Image") -> "Image":
    """Lay a transparent image on white, as pages show it."""
    from PIL import Image

    flat = Image.new("RGBA", image.size, "white")
    straight = image.convert(STRAIGHT.get(image.mode, image.mode))
    flat.alpha_composite(straight.convert("RGBA"))
    return flat.convert("RGB")


def _depth(image: "Image") -> Floats | None:
    """Give pixels of more than 8 bits, float32 [height, width, 1 to 4] in [0, 1]; else None."""
    deep = image.info.get(BITS_16)
    if deep is not None and deep.shape[1::-1] == image.size:
        return np.asarray(deep / np.float32(WHITE), np.float32)
    if not image.mode.startswith(NUMBERS):
        return None
    with faults(f"an image of mode {image.mode} cannot be taken"):
        still(image)
        numbers = np.asarray(image, np.float64)
        levels = numbers / WHITE if image.mode.startswith("I;16") else _ranged(numbers)
        if "transparency" in image.info:
            levels = np.where(numbers == image.info["transparency"], 1, levels)
    return np.asarray(levels, np.float32)[..., None]


def _ranged(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scale numbers whose white is not known to [0, 1], by the largest of them."""
    least, largest = float(numbers.min()), float(numbers.max())
    white = next((white for end, white in RANGES if largest <= end), None)
    if white and least >= -LEAST * white:
        return np.clip(numbers / white, 0, 1)
    raise UnreadableError(
        f"its numbers go from {least:g} to {largest:g}; 0 to 1, 0 to 255 and 0 to {WHITE} are known"
    )


def _channels(levels: Floats, channels: int) -> Floats:
    """Convert levels [height, width, 1 to 4] to luminance or to RGB, on white."""
    if levels.shape[2] == 4:  # noqa: PLR2004 - the last says how far it is not seen through
        levels = 1 + (levels[..., :3] - 1) * levels[..., 3:]
    if channels == 1 and levels.shape[2] > 1:
        return np.asarray(levels @ LUMINANCE, np.float32)[..., None]
    return np.repeat(levels, channels // levels.shape[2], axis=2)
