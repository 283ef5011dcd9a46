"""What a run has measured, gathered into the document that reports read."""

import csv
from pathlib import Path

from harness.errors import HarnessError
from harness.measurements import gathering
from harness.people.answers import HUMAN, answers
from harness.results.document import Document, Failure
from harness.runs.run import Run
from harness.sweep import sweepfile


def gather(run: Run) -> Document:
    """Gather what is in the store now; nothing is written."""
    people = answers(run.folder / HUMAN)
    failures = run.failures()
    if people.left_out:
        failures[HUMAN] = Failure(step=HUMAN, status="skipped", reason=people.left_out)
    document = gathering.gather(
        run.id,
        run.sweep,
        run.asked,
        run.plan,
        run.store,
        failures,
        people.taken,
    )
    origin = {"begun": run.begun, "commit": run.commit, "command": _command(run)}
    return document.model_copy(update={"provenance": document.provenance.model_copy(update=origin)})


def _command(run: Run) -> str:
    """Write the command that begins this run anew, from the text under "What was asked"."""
    built_in = sweepfile.FROZEN / f"{run.sweep.name}.toml"
    same = built_in.is_file() and sweepfile.text_of(built_in) == run.asked
    return f"captcha-harness run {run.sweep.name}{'' if same else '.toml'}"


def keep(run: Run, document: Document) -> None:
    """Keep a document of a run in its store, if this very one is not there yet."""
    gathering.keep(document, run.store)


def require_whole(run: Run) -> None:
    """Refuse to replace measured figures by missing ones: the store may be elsewhere now.

    Raises:
        HarnessError: the store holds fewer measured rows than the run's CSV files.
    """
    document = gather(run)
    measured = {
        "results.csv": sum(row.accuracy is not None for row in document.rows),
        "breakers.csv": sum(row.accuracy is not None for row in document.breakers),
    }
    for name, now in measured.items():
        before = _measured_rows(run.folder / name)
        if before > now:
            raise HarnessError(
                f"{run.folder / name} has {before} measured rows, and the store of {run.home} "
                f"only what makes {now}: nothing is written; bring the store back, or `run` the "
                "sweep again, or write what is left elsewhere with --out DIR"
            )


def _measured_rows(file: Path) -> int:
    """Count the rows of a CSV file that hold an accuracy; none where it is missing or odd."""
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            return sum(bool(row.get("captcha_accuracy")) for row in csv.DictReader(stream))
    except (OSError, ValueError, csv.Error):
        return 0
