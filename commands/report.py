"""Writes the report of a run: its CSV files and its page."""

from pathlib import Path

from harness.results import Document
from harness.runs.run import Run
from reports import write


def write_report(run: Run, folder: Path | None = None) -> tuple[Document, Path]:
    """Write the CSV files and the page from what is in the store.

    Args:
        run: the run.
        folder: where they go; by default the run's own, and the document is kept as well.

    Returns:
        The document, and the page's path.

    Raises:
        LackingError: the folder cannot be written.
    """
    document = run.gather()
    if folder is None:
        run.keep(document)
    page = write(document, folder or run.folder)
    run.log(f"report: {page}")
    return document, page
