"""Images, labels and radii as a caller gives them, checked: one clear line for each mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.errors import SpecError
from harness.options import Norm

GRAY, COLORED = 3, 4  # dimensions of images without and with channels
MOST_CHANNELS = 4
LARGEST_LINF = 1.0
LARGEST_L2 = 1000.0

Images = npt.NDArray[Any]  # uint8 or float32


@dataclass(frozen=True)
class Labelled:
    """Checked images and labels.

    Attributes:
        images: uint8, or float32 in [0, 1], [n, height, width, channels].
        labels: class numbers [n, length].
        flat: whether the images were given without channels, [n, height, width].
    """

    images: Images
    labels: npt.NDArray[Any]
    flat: bool


def checked_images(images: npt.ArrayLike) -> tuple[Images, bool]:
    """Check images.

    Args:
        images: uint8, or float32 or float64 in [0, 1], [n, height, width, channels] or
            [n, height, width]; float64 is rounded to float32, which is what a model takes.

    Returns:
        uint8 or float32 [n, height, width, channels], and whether channels were added.

    Raises:
        SpecError: what is wrong with them.
    """
    array = np.asarray(images)
    if array.dtype not in (np.uint8, np.float32, np.float64):
        raise SpecError(
            f"images: {array.dtype}; give uint8 (0 to 255), or float32 or float64 (0 to 1)"
        )
    if array.ndim not in (GRAY, COLORED):
        raise SpecError(
            f"images: shape {list(array.shape)}; give [n, height, width, channels] or "
            "[n, height, width], also of one image"
        )
    flat = array.ndim == GRAY
    array = array[..., None] if flat else array
    if 0 in array.shape:
        raise SpecError(f"images: there are none (shape {list(array.shape)})")
    if array.shape[-1] > MOST_CHANNELS:
        raise SpecError(
            f"images: shape {list(array.shape)} has {array.shape[-1]} channels; they stand last, "
            "as in images.transpose(0, 2, 3, 1)"
        )
    if array.dtype != np.uint8:
        _check_range(array)
        array = array.astype(np.float32)
    return np.ascontiguousarray(array), flat


def _check_range(images: npt.NDArray[Any]) -> None:
    low, high = float(images.min()), float(images.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise SpecError("images: some pixels are NaN or infinite")
    if low < 0 or high > 1:
        hint = (
            "divide them by 255"
            if low >= 0 and high <= 255  # noqa: PLR2004 - the largest of 8 bits
            else "scale them so, and name the model's own with bounds=(black, white)"
        )
        raise SpecError(
            f"images: from {low:g} to {high:g}; float pixels lie between 0 and 1: {hint}"
        )


def checked_labels(
    labels: npt.ArrayLike, images: int, length: int, classes: int
) -> npt.NDArray[Any]:
    """Check labels against a model.

    Args:
        labels: whole numbers [n], or [n, length] where the model answers with several characters.
        images: how many images there are.
        length: characters that the model answers with.
        classes: that it tells apart.

    Returns:
        Class numbers [n, length], of the smallest type that holds them.

    Raises:
        SpecError: what is wrong with them.
    """
    array = np.asarray(labels)
    if array.dtype.kind not in "iu":
        raise SpecError(
            f"labels: {array.dtype}; give class numbers, whole numbers from 0 to {classes - 1}"
        )
    several = "[n]" if length == 1 else f"[n, {length}]"
    if array.ndim == 1 and length == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] != length:  # noqa: PLR2004 - captchas, characters
        hint = "; of one-hot labels, labels.argmax(-1)" if array.shape[-1:] == (classes,) else ""
        raise SpecError(
            f"labels: shape {list(array.shape)}; the model answers with {length} "
            f"character{'s' * (length > 1)}, so give {several}{hint}"
        )
    if len(array) != images:
        raise SpecError(f"labels: {len(array)} for {images} images; give one for each")
    low, high = int(array.min()), int(array.max())
    if low < 0 or high >= classes:
        wrong = low if low < 0 else high
        raise SpecError(
            f"labels: {wrong} is no class; the model has {classes}, from 0 to {classes - 1}"
        )
    return array.astype(np.min_scalar_type(classes - 1))


def checked_radii(epsilons: float | Sequence[float], norm: Norm) -> tuple[float, ...]:
    """Check one radius or several, in any order.

    Returns:
        As they were asked for.

    Raises:
        SpecError: none at all, or one that no image can have.
    """
    try:
        radii = tuple(float(each) for each in np.atleast_1d(np.asarray(epsilons, np.float64)))
    except (TypeError, ValueError):
        raise SpecError(f"epsilons: {epsilons!r}; give a number, or a list of numbers") from None
    if not radii:
        raise SpecError("epsilons: there is none; give a number, or a list of numbers")
    largest = LARGEST_L2 if norm == "l2" else LARGEST_LINF
    for radius in radii:
        if not 0 <= radius <= largest:
            hint = f"; {radius:g} of 255 levels is {radius / 255:.4g}" if radius > 1 else ""
            raise SpecError(
                f"epsilons: {radius:g}; pixels lie between 0 and 1, and a {norm} radius between 0 "
                f"and {largest:g}{hint if norm == 'linf' else ''}"
            )
    return radii
