"""A picture of the user's own, cropped and resized for a classifier."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from harness.errors import RequirementError, SpecError
from harness.images.pixels import UnreadableError, read

LEVELS = 65535


def photograph(file: Path, size: tuple[int, int], channels: int) -> npt.NDArray[np.float32]:
    """Read a picture, crop it about its center to the shape of `size`, and resize it.

    Args:
        file: see harness.images.pixels.opened.
        size: height and width, pixels.
        channels: 3 for RGB, 1 for luminance.

    Returns:
        float32 [height, width, channels] in [-1, 1], on the grid of a 16-bit file.

    Raises:
        SpecError: the file is no picture.
        RequirementError: it cannot be read now.
    """
    from PIL import Image, ImageOps

    try:
        levels = read(file, "rgb" if channels == 3 else "gray")  # noqa: PLR2004 - red, green, blue
    except UnreadableError as error:
        raise SpecError(f"{file}: not a picture that can be read: {error}") from None
    except OSError as error:
        raise RequirementError(f"{file}: cannot be read: {error.strerror}") from None
    picture = Image.fromarray(levels.squeeze(2) if channels == 1 else levels)
    fitted = ImageOps.fit(picture, size[::-1], Image.Resampling.BILINEAR)
    pixels = np.asarray(fitted, np.float64).reshape(*size, channels)
    return np.asarray(np.rint(pixels * 257) / LEVELS * 2 - 1, np.float32)
