"""Atomic writes: a file is whole or not there (written beside, synced, renamed)."""

import errno
import os
import uuid
from pathlib import Path

import numpy as np
import numpy.typing as npt

from harness.errors import SpecError


def replace(file: Path, content: str | bytes) -> None:
    """Replace a file at once: readers see the old one or the new one.

    Args:
        file: the target; its folder exists. A file with the same content is left alone.
        content: text is written as UTF-8, without translation of line ends; what is no UTF-8 (a
            file's name in another encoding) is spelled out.

    Raises:
        OSError: the folder cannot be written, or the disk is full; the old file stays.
    """
    data = _spelled(content) if isinstance(content, str) else content
    if file.is_file() and file.stat().st_size == len(data) and file.read_bytes() == data:
        return
    draft = file.with_name(f".{file.name[:40]}-{uuid.uuid4().hex[:8]}")
    try:
        with draft.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_new(file: Path, content: bytes) -> None:
    """Write a file that does not exist yet; one with the same content may be there.

    Raises:
        SpecError: another file has the name, and stays.
        OSError: the folder cannot be written.
    """
    if file.exists() and (not file.is_file() or file.read_bytes() != content):
        raise SpecError(f"{file} is there already, and stays; name another folder")
    replace(file, content)


def append(file: Path, line: str) -> None:
    """Add one line to a log; lines of several processes do not mix.

    Raises:
        OSError: the file cannot be written.
    """
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, _spelled(f"{line}\n"))
    finally:
        os.close(handle)


def _spelled(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def reserved(
    file: Path, dtype: npt.DTypeLike, shape: tuple[int, ...]
) -> "np.memmap[tuple[int, ...], np.dtype[np.generic]]":
    """Create a .npy file of zeros, reserve its space on the disk, and map it to be written.

    A mapped file without reserved space would end the process (SIGBUS) where the disk is full.

    Raises:
        OSError: there is no room for it.
    """
    array = np.lib.format.open_memmap(file, "w+", dtype, shape)
    with file.open("r+b") as stream:
        os.posix_fallocate(stream.fileno(), 0, file.stat().st_size)
    return array


def sync(path: Path) -> None:
    """Make a file's bytes, or a folder's names, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def reason(error: OSError) -> str:
    """Describe why a file could not be read or written, in the system's words.

    numpy's own errors (a short write on a full disk) carry no number, only a sentence.
    """
    return error.strerror or str(error) or type(error).__name__


def is_full(error: OSError) -> bool:
    """Tell whether writing failed because the disk is full, over its quota or read-only."""
    short = error.errno is None and "written" in str(error)  # numpy's short write
    return short or error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
