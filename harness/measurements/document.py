"""The store's artifacts, gathered into the document that reports read."""

from collections.abc import Sequence
from typing import cast

from harness.results.document import checks
from harness.measurements.certificates.gather import certified_rows
from harness.measurements.datasets.gather import dataset_results
from harness.measurements.detection.gather import detection_rows
from harness.measurements.detection.got_through import got_through
from harness.measurements.gans.gather import gan_rows
from harness.measurements.people.gather import people_rows
from harness.measurements.finished import FinishedSteps
from harness.measurements.provenance import provenance
from harness.measurements.reading.gather import breaker_result
from harness.measurements.curves.gather import result_rows
from harness.measurements.curves.samples import sample_sheets
from harness.measurements.visits.gather import visit_rows
from harness.people.answers import Answered
from harness.pipeline.plan import Plan
from harness.results.document import Document, Failure
from harness.options import digest
from harness.pipeline.store import Kind, Store
from harness.sweep.model import SweepSpec

RESULT = "result.json"


def gather(
    run: str,
    sweep: SweepSpec,
    asked: str,
    plan: Plan,
    store: Store,
    failures: Sequence[Failure],
    answers: Sequence[Answered] = (),
) -> Document:
    """Gather everything that a report shows from what is in the store now; nothing is written.

    Args:
        run: the run's id.
        sweep: the request.
        asked: the text of the sweep file.
        plan: its plan.
        store: with the finished steps; those that are missing become failed or skipped rows.
        failures: what went wrong, by step label.
        answers: what people answered.

    Returns:
        The document.
    """
    inputs = {step.digest: store.find(step.kind, step.digest) for step in plan.steps}
    artifacts = {name: artifact for name, artifact in inputs.items() if artifact}
    steps = {step.digest: step for step in plan.steps}
    present = FinishedSteps(sweep, steps, artifacts, failures)
    return Document(
        run=run,
        name=sweep.name,
        title=sweep.title or sweep.name,
        asked=asked,
        tries_per_day=sweep.tries_per_day,
        datasets=tuple(dataset_results(present, plan)),
        breakers=tuple(breaker_result(present, reading) for reading in plan.readings),
        rows=tuple(result_rows(present, plan)),
        certified=tuple(certified_rows(present, plan)),
        detections=tuple(detection_rows(present, plan)),
        visits=tuple(visit_rows(present, plan)),
        gans=tuple(gan_rows(present, plan)),
        people=tuple(people_rows(answers)),
        got_through=tuple(got_through(present, plan)),
        samples=tuple(sample_sheets(present, plan)),
        failures=tuple(failures),
        warning_meanings=checks.MEANING,
        provenance=provenance(present),
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
        if artifact := store.find(cast(Kind, kind), key):
            contents[key] = artifact.content
    with store.writing("results", name, {"run": document.run}, contents) as (folder, _notes):
        (folder / RESULT).write_text(text, encoding="utf-8")
