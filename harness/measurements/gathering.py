"""The gathering of a run: artifacts of the store become the document that reports read."""

from collections.abc import Mapping, Sequence

from harness.measurements.catalog import measurements
from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.provenance import provenance
from harness.options import Options, digest
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
    """Gather the document of a run from the artifacts that are in the store now; writes nothing.

    Args:
        run: the run's id.
        sweep: the request.
        asked: the text of its sweep file.
        plan: its plan.
        store: of the artifacts; a step that has none becomes failed or skipped rows.
        failures: digest of a step -> why it failed; other keys for what failed beside the steps.
        answers: of people, on the page /try.

    Returns:
        The document.
    """
    inputs = {step.digest: store.find(step.kind, step.digest) for step in plan.steps}
    artifacts = {name: artifact for name, artifact in inputs.items() if artifact}
    finished = FinishedSteps(sweep, plan, artifacts, failures, answers)
    fields: dict[str, tuple[Options, ...]] = {}
    for measurement in measurements():
        for field, rows in measurement.gather(finished).items():
            fields[field] = (*fields.get(field, ()), *rows)
    return Document(
        run=run,
        name=sweep.name,
        title=sweep.title or sweep.name,
        asked=asked,
        tries_per_day=sweep.tries_per_day,
        loads_per_day=sweep.loads,
        limits=sweep.limits,
        **fields,
        failures=tuple(failures.values()),
        warning_meanings=checks.MEANING,
        provenance=provenance(finished),
    )


def keep(document: Document, store: Store) -> None:
    """Write a document into the store under results/, unless an equal one was written before.

    Args:
        document: from `gather`.
        store: where it goes; the contents of the artifacts that it names are its inputs.
    """
    text = document.model_dump_json()
    name = digest({"document": text})  # of its content, so that older code never gave it
    if store.find("results", name) is not None:
        return
    contents = {}
    for label in document.provenance.artifacts:
        kind, key = label.split("/")
        if artifact := store.find(kind, key):
            contents[key] = artifact.content
    with store.writing("results", name, {"run": document.run}, contents) as (folder, _notes):
        (folder / RESULT).write_text(text, encoding="utf-8")
