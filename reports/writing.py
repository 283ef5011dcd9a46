"""Puts a run's tables and page into its folder, each file whole or not at all."""

from pathlib import Path

from harness.errors import RequirementError
from harness.files.atomic import reason, replace
from harness.results.document import Document

PAGE = "report.html"


def write(document: Document, folder: Path) -> Path:
    """Write results.csv, breakers.csv, predictions/*.csv, and report.html.

    Args:
        document: what the run found.
        folder: the run's folder, or another; made if need be.

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
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, text)
    except OSError as error:
        raise RequirementError(
            f"cannot write {path}: {reason(error)}; free some room or allow writing there, then "
            "write the report again"
        ) from error
