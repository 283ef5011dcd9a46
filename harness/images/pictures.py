"""Pictures: pixels as PNG and JPEG files, for reports, exports and pages."""

import base64
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from harness.errors import RequirementError
from harness.files.atomic import write_new
from harness.images import pixels
from harness.images.sounds import is_sound, spectrogram

DEEP = 65535  # white, of 16 bits
ENLARGED_BELOW = 64  # pixels of height: smaller images are doubled, for people's eyes

Levels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


def png(image: Levels) -> bytes:
    """Encode an image uint8 or uint16 [height, width, 1 or 3] (RGB) as PNG: the same pixels."""
    import cv2

    ordered = image[..., ::-1] if image.shape[-1] == 3 else image  # noqa: PLR2004 - RGB
    done, buffer = cv2.imencode(".png", np.ascontiguousarray(ordered))
    if not done:
        raise ValueError("cannot encode the image")
    return buffer.tobytes()


def jpeg(image: Levels, quality: int = 60) -> bytes:
    """Encode an image uint8 or uint16 [height, width, 1 or 3] (RGB) as JPEG of 8 bits."""
    import cv2

    if image.dtype == np.uint16:
        image = np.round(image / 257).astype(np.uint8)
    ordered = image[..., ::-1] if image.shape[-1] == 3 else image  # noqa: PLR2004 - RGB
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    done, buffer = cv2.imencode(".jpg", np.ascontiguousarray(ordered), options)
    if not done:
        raise ValueError("cannot encode the image")
    return buffer.tobytes()


def decoded(data: bytes, shape: tuple[int, int, int]) -> npt.NDArray[np.float32]:
    """Decode an image file as a breaker takes it: gray or color, its size, on white.

    Args:
        data: of a file of 8 or 16 bits.
        shape: height, width, channels; an image of another size is resized.

    Returns:
        float32 [height, width, channels] in [0, 1].

    Raises:
        SpecError: no image that can be read; see harness.images.pixels.opened.
    """
    return pixels.unit(pixels.opened(data), shape)


def keep(folder: Path, pictures: Mapping[str, npt.NDArray[np.floating]]) -> None:
    """Write pictures [height, width, channels] in [0, 1] as 16-bit PNG files, by their names.

    Raises:
        SpecError: another file has the name of one.
        RequirementError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, picture in pictures.items():
            levels = np.rint(np.clip(picture, 0, 1) * DEEP).astype(np.uint16)
            write_new(folder / f"{name}.png", png(levels))
    except OSError as error:
        raise RequirementError(f"cannot write to {folder}: {error.strerror}") from None


def shown(image: Levels) -> str:
    """Encode a captcha for a report, PNG in base64: 8 bits, small ones doubled in size.

    A sound is shown as its spectrogram.
    """
    if image.dtype == np.uint16:
        image = np.round(image / 257).astype(np.uint8)
    if is_sound(image.shape):
        image = spectrogram(image)
    if len(image) < ENLARGED_BELOW:
        image = image.repeat(2, axis=0).repeat(2, axis=1)
    return base64.b64encode(png(image)).decode()


def difference(clean: npt.NDArray[np.uint8], perturbed: npt.NDArray[np.uint16]) -> str:
    """Draw the change of each pixel, PNG in base64: gray is none, the largest is black or white."""
    change = perturbed.astype(np.float64) / 257 - clean
    largest = np.abs(change).max() or 1.0
    return shown(np.round(127.5 + 127.5 * change / largest).astype(np.uint8))
