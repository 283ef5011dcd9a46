"""The store's artifacts, gathered into the document that reports read."""

from collections.abc import Sequence

from harness import checks
from harness.evidence.certificates import certified_rows
from harness.evidence.datasets import dataset_results
from harness.evidence.detection import detection_rows
from harness.evidence.got_through import got_through
from harness.evidence.imitations import gan_rows
from harness.evidence.people import people_rows
from harness.evidence.present import Present
from harness.evidence.provenance import provenance
from harness.evidence.readings import breaker_result
from harness.evidence.rows import result_rows
from harness.evidence.samples import sample_sheets
from harness.evidence.visited import visit_rows
from harness.humans import Answered
from harness.plan import Plan
from harness.results import Document, Failure
from harness.specs import digest
from harness.store import Store
from harness.sweep import SweepSpec

RESULT = "result.json"


def assemble(
    run: str,
    sweep: SweepSpec,
    asked: str,
    plan: Plan,
    store: Store,
    failures: Sequence[Failure],
    answers: Sequence[Answered] = (),
) -> Document:
    """Everything that a report shows, from what is in the store now.

    Args:
        run: the run's id.
        sweep: the request.
        asked: the text of the sweep file.
        plan: its plan.
        store: with the finished steps; those that are missing become failed or skipped rows.
        failures: what went wrong, by step label.
        answers: what people answered.

    Returns:
        The document; it is also kept in the store under results/.
    """
    inputs = {step.digest: store.find(step.kind, step.digest) for step in plan.steps}
    present = {name: artifact for name, artifact in inputs.items() if artifact}
    steps = {step.digest: step for step in plan.steps}
    found = Present(sweep, steps, present, failures)
    document = Document(
        run=run,
        name=sweep.name,
        title=sweep.title or sweep.name,
        asked=asked,
        tries_per_day=sweep.tries_per_day,
        datasets=tuple(dataset_results(found, plan)),
        breakers=tuple(breaker_result(found, reading) for reading in plan.readings),
        rows=tuple(result_rows(found, plan)),
        certified=tuple(certified_rows(found, plan)),
        detections=tuple(detection_rows(found, plan)),
        visits=tuple(visit_rows(found, plan)),
        gans=tuple(gan_rows(found, plan)),
        people=tuple(people_rows(answers)),
        got_through=tuple(got_through(found, plan)),
        samples=tuple(sample_sheets(found, plan)),
        failures=tuple(failures),
        warning_meanings=checks.MEANING,
        provenance=provenance(found),
    )
    text = document.model_dump_json()
    name = digest({"document": text})  # by what it says: never one that older code has made
    if store.find("results", name) is None:
        contents = {key: artifact.content for key, artifact in present.items()}
        with store.writing("results", name, {"run": run}, contents) as (folder, _notes):
            (folder / RESULT).write_text(text)
    return document
