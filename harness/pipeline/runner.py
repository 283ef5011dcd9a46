"""The runner of one step: done when its artifact is present, and again when its inputs changed."""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from harness.errors import HarnessError
from harness.files.checkpoint import Checkpoint
from harness.options import digest
from harness.pipeline.context import StepContext
from harness.pipeline.step import Kind, Step, StepName, Work
from harness.pipeline.store import Artifact, Store
from harness.progress import Progress, no_progress

Perform = Callable[[Work, StepContext], None]


def finished(step: StepName, store: Store) -> Artifact | None:
    """Look up the artifact of a step, if it is whole and its inputs are the present ones."""
    artifact = store.find(step.kind, step.digest)
    if artifact is None:
        return None
    for kind, name in step.needs:
        needed = store.find(kind, name)
        if needed is not None and needed.content != artifact.inputs.get(name):
            return None
    return artifact


def unfinished(steps: Iterable[StepName], store: Store) -> list[StepName]:
    """List the steps that are not finished, in order; each artifact is looked up once.

    Args:
        steps: of one plan, each after those that it needs.
        store: where artifacts are looked up.
    """
    artifacts: dict[str, Artifact | None] = {}

    def content(kind: Kind, name: str) -> str | None:
        if name not in artifacts:
            artifacts[name] = store.find(kind, name)
        artifact = artifacts[name]
        return artifact.content if artifact else None

    def is_finished(step: StepName) -> bool:
        if content(step.kind, step.digest) is None:
            return False
        inputs = artifacts[step.digest].inputs  # type: ignore[union-attr] # it has a content
        needed = ((name, content(kind, name)) for kind, name in step.needs)
        return all(now is None or now == inputs.get(name) for name, now in needed)

    return [step for step in steps if not is_finished(step)]


def carry_out(
    step: Step,
    store: Store,
    perform: Perform,
    downloads: Path,
    progress: Progress = no_progress,
    draws: Mapping[str, Work] = MappingProxyType({}),
) -> Artifact:
    """Carry out a step, unless it is done.

    Args:
        step: of a plan; the steps that it needs must be done before.
        store: where artifacts are looked up and put.
        perform: does the work: writes files into the context's folder, and its notes.
        downloads: the folder of downloads.
        progress: called with how far the work has come.
        draws: digest -> how the run draws a data set; see StepContext.

    Returns:
        The finished artifact.

    Raises:
        HarnessError: an input is missing, or the work itself failed for a known reason.
    """
    before = finished(step, store)
    if before is not None:
        return before
    inputs = {name: _input(step, kind, name, store) for kind, name in step.needs}
    contents = {name: artifact.content for name, artifact in inputs.items()}
    checkpoint = Checkpoint(store.checkpoint(digest([step.digest, contents])))
    start = time.perf_counter()
    spec = step.work.model_dump(mode="json")
    with store.writing(step.kind, step.digest, spec, contents) as (folder, notes):
        context = StepContext(folder, inputs, downloads, notes, progress, checkpoint, draws)
        perform(step.work, context)
        notes["seconds"] = checkpoint.seconds_before + time.perf_counter() - start
    checkpoint.drop()
    after = store.find(step.kind, step.digest)
    if after is None:
        raise HarnessError(f"{step.label}: its artifact cannot be read back; is the disk failing?")
    return after


def _input(step: StepName, kind: str, name: str, store: Store) -> Artifact:
    """Look up an input, and verify every byte of it.

    Raises:
        HarnessError: the input is missing or damaged.
    """
    needed = store.find(kind, name, read=True)
    if needed is None:
        store.discard(kind, name)
        raise HarnessError(
            f"{step.label}: its input {kind}/{name} is missing or damaged; run the sweep "
            "again, which makes it anew"
        )
    return needed
