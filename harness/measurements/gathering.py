"""The store's artifacts, gathered into the document that reports read."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.measurements.catalog import measurements
from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.provenance import provenance
from harness.options import digest
from harness.people.answers import Answered
from harness.pipeline.plan import Plan
from harness.pipeline.store import Store
from harness.results import checks
from harness.results.document import Document, Failure
from harness.sweep.model import SweepSpec

RESULT = "result.json"


def gather(
    run: str,
    sweep: SweepSpec,
    asked: str,
    plan: Plan,
    store: Store,
    failures: Mapping[str, Failure],
    answers: Sequence[Answered] = (),
) -> Document:
    """Gather everything that a report shows from what is in the store now; nothing is written.

    Args:
        run: the run's id.
        sweep: the request.
        asked: the text of the sweep file.
        plan: its plan.
        store: with the finished steps; those that are missing become failed or skipped rows.
        failures: digest of a step -> what went wrong; under other keys, what is no step.
        answers: what people answered.

    Returns:
        The document.
    """
    inputs = {step.digest: store.find(step.kind, step.digest) for step in plan.steps}
    artifacts = {name: artifact for name, artifact in inputs.items() if artifact}
    finished = FinishedSteps(sweep, plan, artifacts, failures, answers)
    fields: dict[str, tuple[Any, ...]] = {}
    for measurement in measurements():
        for field, rows in measurement.gather(finished).items():
            fields[field] = (*fields.get(field, ()), *rows)
    return Document(
        run=run,
        name=sweep.name,
        title=sweep.title or sweep.name,
        asked=asked,
        tries_per_day=sweep.tries_per_day,
        **fields,
        failures=tuple(failures.values()),
        warning_meanings=checks.MEANING,
        provenance=provenance(finished),
    )


def keep(document: Document, store: Store) -> None:
    """Write a document into the store under results/, if this very one is not there yet.

    Args:
        document: from `gather`.
        store: where it goes; the artifacts that it names have their content noted beside it.
    """
    text = document.model_dump_json()
    name = digest({"document": text})  # by what it says: never one that older code has made
    if store.find("results", name) is not None:
        return
    contents = {}
    for label in document.provenance.artifacts:
        kind, key = label.split("/")
        if artifact := store.find(kind, key):
            contents[key] = artifact.content
    with store.writing("results", name, {"run": document.run}, contents) as (folder, _notes):
        (folder / RESULT).write_text(text, encoding="utf-8")
