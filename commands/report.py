"""Writes the report of a run, its CSV files and its page, and shows what it says in short."""

from pathlib import Path

import typer

from commands import messages
from commands.output import show
from commands.summary import Summary
from harness.errors import RequirementError
from harness.results.document import PAGE, Document
from harness.results.gate import gate
from harness.runs.document import gather, keep
from harness.runs.run import Run
from reports import write, write_index

CROSSED = 4  # exit code of a run whose figures do not keep to the limits of its sweep


def write_report(run: Run, folder: Path | None = None) -> tuple[Document, Path]:
    """Write the CSV files and the page from what is in the store.

    Args:
        run: the run.
        folder: where they go. Default: the run's folder; the document is kept in the store then.

    Returns:
        The document, and the path of the page.

    Raises:
        RequirementError: the folder cannot be written.
    """
    document = gather(run)
    if folder is not None:
        return document, write(document, folder)
    keep(run, document)
    page = write(document, run.folder)
    run.notes.log(f"report: {page}")
    try:
        write_index(run.folder.parent)
    except RequirementError as error:  # the report is there
        messages.tell(str(error))
    return document, page


def finish(run: Run, as_json: bool, out: Path | None = None) -> None:
    """Write the report and show it in short; exit with 4 if a limit is crossed, 1 if a step failed.

    Args:
        run: the run.
        as_json: whether it is shown as JSON.
        out: folder of the report. Default: the run's folder.

    Raises:
        typer.Exit: a limit is crossed, or a step failed.
    """
    if out is None and run.is_read_only:
        messages.tell(f"{run.folder} is read-only; `report {run.id} --out DIR` writes elsewhere")
        show_results(run, as_json)
        return
    _show(run, *write_report(run, out), as_json)


def show_results(run: Run, as_json: bool) -> None:
    """Show in short a report that is written; exit with 1 if a step failed.

    Raises:
        typer.Exit: a step failed.
    """
    _show(run, gather(run), run.folder / PAGE, as_json)


def _show(run: Run, document: Document, page: Path, as_json: bool) -> None:
    show(Summary(document, page, run.folder), as_json)
    if any(not check.kept for check in gate(document)):
        raise typer.Exit(CROSSED)
    if any(failure.status == "failed" for failure in document.failures):
        raise typer.Exit(1)
