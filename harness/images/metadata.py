"""What an image file says beside its pixels."""

import contextlib
import io


def metadata(data: bytes) -> dict[str, str]:
    """List the texts of an image file: comments, PNG chunks, EXIF.

    Args:
        data: the file.

    Returns:
        Name -> text; empty where the file is no image.
    """
    import PIL.Image

    texts: dict[str, str] = {}
    # What is damaged may still have said something before.
    with (
        contextlib.suppress(OSError, SyntaxError, ValueError),
        PIL.Image.open(io.BytesIO(data)) as image,
    ):
        texts |= {str(name): _text(value) for name, value in image.info.items()}
        texts |= {f"EXIF {number}": _text(value) for number, value in image.getexif().items()}
    return texts


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
