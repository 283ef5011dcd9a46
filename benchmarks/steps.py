"""The steps of a run by what they do, looked up in the entries of its plan."""

from collections.abc import Iterable

from harness.measurements.certificates.work import CertificateEntry
from harness.measurements.curves.work import CurveEntry
from harness.measurements.datasets.work import SplitEntry
from harness.measurements.detection.work import DetectionEntry
from harness.measurements.gans.work import GanEntry
from harness.measurements.reading.work import ReadingEntry
from harness.options import Split
from harness.pipeline.step import Step
from harness.results.rows.row import UNDEFENDED
from harness.runs.run import Run


def drawn(run: Run, dataset: str, split: Split) -> Step:
    """Give the step that draws one split of a data set."""
    (entry,) = run.plan.find(SplitEntry, dataset=dataset, split=split)
    return run.step(entry.draw)


def trained(run: Run, breaker: str, defense: str = UNDEFENDED) -> Step:
    """Give the step that trains a breaker, or trains it further by a defense.

    Raises:
        LookupError: it is ready-made, and no step trains it.
    """
    entry = _reading(run, breaker, defense)
    if entry.trained is None:
        raise LookupError(f"{breaker} is ready-made")
    return run.step(entry.trained)


def read(run: Run, breaker: str, defense: str = UNDEFENDED) -> Step:
    """Give the step that reads the test split of a breaker's own data set."""
    return run.step(_reading(run, breaker, defense).reading)


def _reading(run: Run, breaker: str, defense: str) -> ReadingEntry:
    (entry,) = run.plan.find(ReadingEntry, breaker=breaker, defense=defense, trained_on="")
    return entry


def curves(run: Run, attack: str) -> list[Step]:
    """Give the steps that carry out an attack, on each breaker and defense, or carry it over."""
    return [run.step(entry.curve) for entry in run.plan.find(CurveEntry, attack=attack)]


def fitted(run: Run, detector: str, breaker: str) -> Step:
    """Give the step that fits a detector over a breaker."""
    entry, *_others = run.plan.find(DetectionEntry, detector=detector, breaker=breaker)
    return run.step(entry.fitted)


def gan(run: Run) -> Step:
    """Give the step that trains the GAN that the sweep names before any other."""
    entry, *_others = run.plan.find(GanEntry)
    return run.step(entry.imitate)


def certificate(run: Run) -> Step:
    """Give the step that certifies, of a sweep with one breaker that does."""
    (entry,) = run.plan.find(CertificateEntry)
    return run.step(entry.certificate)


def seconds(run: Run, steps: Iterable[Step]) -> float:
    """Add up the seconds that finished steps have taken, each counted once."""
    different = {step.digest: step for step in steps}.values()
    artifacts = (run.store.find(step.kind, step.digest) for step in different)
    return sum(float(artifact.notes["seconds"]) for artifact in artifacts if artifact)
