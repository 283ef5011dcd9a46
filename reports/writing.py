"""Puts a run's tables and page into its folder, each file whole or not at all."""

from pathlib import Path

from harness.errors import RequirementError
from harness.files.atomic import reason, replace
from harness.results.document import PAGE, Document


def write(document: Document, folder: Path) -> Path:
    """Write results.csv, breakers.csv, predictions/*.csv, further CSV files, and the pages.

    Args:
        document: the results of a run.
        folder: the run's folder, or another; it is created if need be.

    Returns:
        The path of the first page.

    Raises:
        RequirementError: the folder cannot be written.
    """
    from harness.results.overview import FILE, overview
    from reports import csv_files, data_files, gate_files, page

    # The figures first: the pages may want for room.
    packing = data_files.Packing()
    for name, text in csv_files.csv_files(document):
        _write(folder / name, text)
        packing.add(name, text)
    for name, text in gate_files.gate_files(document):
        _write(folder / name, text)
    for path, drawn in page.further_pages(document):
        _write(folder / path, drawn())
    _write(folder / PAGE, page.render(document, packing.packed()))
    _write(folder / FILE, overview(document).model_dump_json(indent=1) + "\n")
    return folder / PAGE


def write_index(runs: Path) -> Path:
    """Write the page over all runs, beside their folders.

    Args:
        runs: folder of the runs.

    Returns:
        The path of the page.

    Raises:
        RequirementError: the folder cannot be written.
    """
    from reports import run_index

    _write(runs / run_index.INDEX, run_index.render(runs))
    return runs / run_index.INDEX


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, text)
    except OSError as error:
        raise RequirementError(
            f"cannot write {path}: {reason(error)}; free some room or allow writing there, then "
            "write the report again"
        ) from error
