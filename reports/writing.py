"""Puts a run's tables and page into its folder, each file whole or not at all."""

import os
import tempfile
from pathlib import Path

from harness.errors import LackingError
from harness.results import Document

PAGE = "report.html"


def write(document: Document, folder: Path) -> Path:
    """Write results.csv, breakers.csv, predictions/*.csv, and report.html.

    Args:
        document: what the run found.
        folder: the run's folder; it exists.

    Returns:
        The path of report.html.

    Raises:
        HarnessError: two breakers would share one predictions file.
        LackingError: the folder cannot be written.
    """
    from reports import page, tables

    # The figures first: drawing takes long, and may want for room.
    for name, text in tables.csv_files(document).items():
        _write(folder / name, text)
    _write(folder / PAGE, page.render(document))
    return folder / PAGE


def _write(path: Path, text: str) -> None:
    try:
        _put(path, text)
    except OSError as error:
        raise LackingError(
            f"cannot write {path}: {error.strerror}; free some room or allow writing there, then "
            "write the report again"
        ) from error


def _put(path: Path, text: str) -> None:
    """Replace a file at once: a reader sees the old one or the new one, never half of it."""
    path.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        beside.chmod(0o644)  # mkstemp makes it private
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
