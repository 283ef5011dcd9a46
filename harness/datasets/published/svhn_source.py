"""Source of Street View House Numbers: MATLAB files of the user, or the original, downloaded."""

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from harness.errors import HarnessError, RequirementError, SpecError
from harness.files.downloads import draft

FILE = "train_32x32.mat"
ADDRESS = f"http://ufldl.stanford.edu/housenumbers/{FILE}"
MD5 = "e26dedcc434d2e4c54c9b2d4a06d8373"  # the only digest that is published of it
PICTURE = (32, 32, 3)
MOST = 600_000  # pictures; the largest part of the original has 531,131
NETWORK = (
    urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError, ValueError,
)  # fmt: skip
PIECE = 1 << 20
LARGEST = 250_000_000  # bytes that are fetched; the original has 182 million
ZERO = 10  # what the original calls the digit 0

Bytes = npt.NDArray[np.uint8]
T = TypeVar("T")


def counted(file: Path) -> int:
    """Count the pictures of a MATLAB file by the headers of its arrays.

    Raises:
        SpecError: it is none, or of another form.
    """
    from scipy.io import whosmat

    if file.exists() and not file.is_file():
        raise SpecError(f"{file}: no regular file")
    shapes = {name: tuple(shape) for name, shape, _kind in _tried(whosmat, file)}
    pictures, labels = shapes.get("X", ()), shapes.get("y", ())
    if pictures[:-1] != PICTURE or labels[:1] != pictures[-1:]:
        arrays = ", ".join(f"{name} {shape}" for name, shape in shapes.items()) or "nothing"
        raise SpecError(
            f"{file}: needs X (32, 32, 3, N) and y (N, 1), as {FILE} has them; it has {arrays}"
        )
    if not 1 <= pictures[-1] <= MOST:
        raise SpecError(f"{file}: {pictures[-1]} pictures; from 1 to {MOST:,} can be read")
    return int(pictures[-1])


def read(file: Path) -> tuple[Bytes, Bytes]:
    """Read the pictures and digits of a MATLAB file.

    Args:
        file: with X uint8 [32, 32, 3, n], and y [n, 1] from 1 to 10.

    Returns:
        uint8 [n, 32, 32, 3] and uint8 [n], from 0 to 9. They are held in memory once.

    Raises:
        SpecError: it cannot be read as that.
    """
    from scipy.io import loadmat

    count = counted(file)
    arrays = _tried(lambda name: loadmat(name, variable_names=("X", "y")), file)
    pictures, labels = arrays["X"], arrays["y"].reshape(-1)
    if pictures.dtype != np.uint8 or not np.isin(labels, range(1, ZERO + 1)).all():
        raise SpecError(f"{file}: X must be uint8, and y a number from 1 to {ZERO}")
    if len(labels) != count:
        raise SpecError(f"{file}: {count} pictures and {len(labels)} labels")
    return np.moveaxis(pictures, -1, 0), (labels % ZERO).astype(np.uint8)


def _tried(reading: Callable[[str], T], file: Path) -> T:
    """Call a function of scipy on a file, and turn what it raises into one line."""
    try:
        return reading(str(file))
    except FileNotFoundError:
        raise SpecError(f"{file}: there is no such file") from None
    except NotImplementedError:  # scipy leaves HDF5 to others
        raise SpecError(f"{file}: a MATLAB file of version 7.3; save it as version 7") from None
    except Exception as error:  # zlib, struct, numpy and scipy each have their own
        cause = (str(error) or type(error).__name__).splitlines()[0][:120]
        raise SpecError(f"{file}: broken, or not a MATLAB file ({cause})") from None


def fetch(sources: Path, given: Path | None = None) -> Path:
    """Fetch the original file once, and give its path in the folder of downloads.

    Args:
        sources: the folder.
        given: take it from here, and nothing from a network.

    Raises:
        RequirementError: it cannot be reached; the message says what to do.
        SpecError: `given` is another file.
    """
    kept = sources / FILE
    if given is None and kept.is_file() and _md5(kept) == MD5:
        return kept
    if given is not None and not given.is_file():
        raise SpecError(f"{given}: there is no such file, or it is none that has an end")
    address = given.absolute().as_uri() if given else ADDRESS
    with draft(kept) as beside:
        try:
            whole = _copied(address, beside)
        except NETWORK as error:
            raise _unreachable(error, given) from None
        if whole != MD5:
            raise SpecError(
                f"{given or ADDRESS} is not the original {FILE}: its checksum differs; a file of "
                "your own goes into the sweep file, as `path`"
            )
    return kept


def _unreachable(error: Exception, given: Path | None) -> HarnessError:
    """Build the error for a source that cannot be read: why, and what to do."""
    reason = str(getattr(error, "reason", "") or error) or type(error).__name__
    if given:
        return SpecError(f"{given}: cannot be read ({reason})")
    return RequirementError(
        f"{ADDRESS} cannot be reached ({reason}). Get {FILE} by other means and run "
        "`captcha-harness data fetch svhn --path FILE`, or choose the generator street_numbers, "
        "which draws its own"
    )


def _md5(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _copied(address: str, file: Path) -> str:
    """Download an address into a file, up to LARGEST bytes; give the MD5 of the copy."""
    digest, size = hashlib.md5(usedforsecurity=False), 0
    with urllib.request.urlopen(address, timeout=30) as source, file.open("wb") as target:  # noqa: S310 - the one above, or a file
        while piece := source.read(PIECE):
            size += len(piece)
            if size > LARGEST:
                raise ValueError(f"it goes on after {LARGEST:,} bytes, and the original does not")
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()
