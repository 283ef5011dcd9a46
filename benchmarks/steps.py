"""The steps of a run by what they do, looked up in the entries of its plan."""

from collections.abc import Iterable

from harness.datasets.generator import Split
from harness.rows.row import UNDEFENDED
from harness.work import Step
from workers.run import Run


def drawn(run: Run, dataset: str, split: Split) -> Step:
    """Give the step that draws one split of a data set."""
    entries = {(entry.dataset, entry.split): entry.draw for entry in run.plan.drawn}
    return run.step(entries[dataset, split])


def trained(run: Run, breaker: str, defense: str = UNDEFENDED) -> Step:
    """Give the step that trains a breaker, or trains it further by a defense."""
    entries = {
        (entry.breaker, entry.defense): entry.trained
        for entry in run.plan.readings
        if entry.trained and not entry.trained_on
    }
    return run.step(entries[breaker, defense])


def read(run: Run, breaker: str, defense: str = UNDEFENDED) -> Step:
    """Give the step that reads the test split of a breaker's own data set."""
    entries = {
        (entry.breaker, entry.defense): entry.reading
        for entry in run.plan.readings
        if not entry.trained_on
    }
    return run.step(entries[breaker, defense])


def curves(run: Run, attack: str) -> list[Step]:
    """Give the steps that carry out an attack, on each breaker and defense, or carry it over."""
    return [run.step(entry.curve) for entry in run.plan.cells if entry.attack == attack]


def fitted(run: Run, detector: str, breaker: str) -> Step:
    """Give the step that fits a detector over a breaker."""
    entries = {(entry.detector, entry.breaker): entry.fitted for entry in run.plan.guarded}
    return run.step(entries[detector, breaker])


def gan(run: Run) -> Step:
    """Give the step that trains the GAN that the sweep names before any other."""
    return run.step(run.plan.imitations[0].imitate)


def certificate(run: Run) -> Step:
    """Give the step that certifies, of a sweep with one breaker that does."""
    (entry,) = run.plan.certificates
    return run.step(entry.certificate)


def with_needs(run: Run, steps: Iterable[Step]) -> list[Step]:
    """Give steps and all that they need, in the order in which they are carried out."""
    needed = {step.digest for step in steps}
    for step in reversed(run.plan.steps):
        if step.digest in needed:
            needed |= {digest for _kind, digest in step.needs}
    return [step for step in run.plan.steps if step.digest in needed]


def seconds(run: Run, steps: Iterable[Step]) -> float:
    """Add up the seconds that finished steps have taken, each counted once."""
    different = {step.digest: step for step in steps}.values()
    artifacts = (run.store.find(step.kind, step.digest) for step in different)
    return sum(float(artifact.notes["seconds"]) for artifact in artifacts if artifact)
