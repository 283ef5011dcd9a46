"""Downloads: one pinned file of the package index, none of whose code is run."""

import contextlib
import struct
import subprocess
import sys
import time
import tokenize
import uuid
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.errors import PassingError, RequirementError
from harness.files.atomic import sync
from harness.files.drafts import holding

PATIENCE = 300  # seconds for one file
MARK = ".captcha-harness-"  # what drafts begin with
SETTLED = 60.0  # seconds; a draft that is older and has no lock is abandoned
# What zipfile, zlib and numpy raise for archives that are none.
BROKEN = (
    ValueError, KeyError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError,
    RuntimeError, MemoryError, OverflowError, TypeError, AttributeError, IndexError, SyntaxError,
    struct.error, tokenize.TokenError,
)  # fmt: skip

Arrays = dict[str, npt.NDArray[Any]]  # of a file, whose kinds of numbers only its reader knows


def fetch_wheel(requirement: str, sha256: str, folder: Path) -> Path:
    """Download the wheel of a package, without what it depends on; none of it is run.

    Args:
        requirement: name==version.
        sha256: of the file; any other is refused.
        folder: an empty one, where it is put.

    Raises:
        RequirementError: the index cannot be reached, or has another file.
    """
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{requirement} --hash=sha256:{sha256}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    pip += ["--retries=1", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    _run([*pip, "-r", str(wanted), "-d", str(folder)])
    return next(file for file in folder.iterdir() if file != wanted)


def fetch_sdist(requirement: str, sha256: str, folder: Path) -> Path:
    """Download the source archive of a package, unopened; see harness.files.sdist_download.

    Args:
        requirement: name==version.
        sha256: of the file; any other is refused.
        folder: where it is put.

    Raises:
        RequirementError: the index cannot be reached, or has another file.
    """
    name, version = requirement.split("==")
    script, target = Path(__file__).with_name("sdist_download.py"), folder / f"{name}.tar.gz"
    _run([sys.executable, "-P", str(script), name, version, sha256, str(target)])
    return target


def _run(command: list[str]) -> None:
    """Run a command that downloads; when it fails, the last line of its stderr is the reason."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, no shell
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PassingError(f"no answer within {PATIENCE} s") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise RequirementError(lines[-1])


@contextlib.contextmanager
def draft(kept: Path) -> Iterator[Path]:
    """Open a draft: a file to write, renamed to `kept` at the end, removed if the body raises.

    Drafts of processes that were killed are removed: the process that writes one holds a lock on
    it, which the kernel frees.

    Raises:
        RequirementError: the file cannot be written.
    """
    beside = kept.with_name(f"{MARK}{uuid.uuid4().hex}.draft")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(kept.parent)
        with holding(beside):
            yield beside
            sync(beside)
        beside.replace(kept)
    except OSError as error:
        raise RequirementError(f"cannot write {kept}: {error.strerror or error}") from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def _remove_abandoned(folder: Path) -> None:
    """Remove the drafts of a folder that no process holds."""
    for left in folder.glob(f"{MARK}*.draft"):
        with contextlib.suppress(OSError):  # another process holds it, or it is gone meanwhile
            if left.is_symlink() or time.time() - left.stat().st_mtime < SETTLED:
                continue
            with holding(left) as handle:
                if handle is not None:
                    left.unlink()


def keep_arrays(arrays: Mapping[str, npt.NDArray[np.generic]], kept: Path) -> Path:
    """Write arrays as a .npz, atomically; gives its path back."""
    with draft(kept) as beside, beside.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    return kept


def kept_arrays(kept: Path) -> Arrays | None:
    """Read the arrays of a .npz; None if the file does not exist, or is damaged.

    Raises:
        RequirementError: the file exists and may not be read.
    """
    try:
        stream = kept.open("rb")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RequirementError(f"{kept}: cannot be read ({error.strerror})") from None
    # Opened here, because numpy leaves a file open that turns out to be no archive.
    with stream:
        try:
            with np.load(stream, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
        except (OSError, *BROKEN):
            return None
    # Of members that are no arrays, numpy gives the bytes.
    return arrays if all(isinstance(array, np.ndarray) for array in arrays.values()) else None
