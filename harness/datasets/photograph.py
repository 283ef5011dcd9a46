"""A picture of a user's own, brought to the size that a classifier wants."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from harness.errors import SpecError

LEVELS = 65535


def photograph(file: Path, size: tuple[int, int], channels: int) -> npt.NDArray[np.float32]:
    """Read a picture, cut to the shape of `size` about its center, and resized.

    Args:
        file: PNG, JPEG, or what else Pillow reads.
        size: height and width, pixels.
        channels: 3 for RGB, 1 for luminance.

    Returns:
        float32 [height, width, channels] in [-1, 1], on the grid of a 16-bit file.

    Raises:
        SpecError: the file is no picture.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    mode = "RGB" if channels == 3 else "L"  # noqa: PLR2004 - red, green, blue
    try:
        with Image.open(file) as opened:
            flat = Image.new("RGBA", opened.size, "white")
            flat.alpha_composite(opened.convert("RGBA"))
    except (OSError, UnidentifiedImageError, ValueError) as error:
        raise SpecError(f"{file}: not a picture that can be read ({error})") from None
    fitted = ImageOps.fit(flat.convert(mode), size[::-1], Image.Resampling.BILINEAR)
    pixels = np.asarray(fitted, np.float64).reshape(*size, channels)
    return np.asarray(np.rint(pixels * 257) / LEVELS * 2 - 1, np.float32)
