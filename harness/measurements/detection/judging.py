"""Judging single images by a fitted detector of a finished run."""

from pathlib import Path

from harness.detectors.judge import Judge
from harness.errors import SpecError
from harness.measurements.detection.run import detector_of
from harness.measurements.detection.work import Fit
from harness.pipeline.context import StepContext
from harness.pipeline.step import Step
from harness.pipeline.store import Store
from harness.progress import no_progress


def judge_of(step: Step, store: Store) -> Judge:
    """Load the detector that a Fit step has left in the store.

    Raises:
        SpecError: the step is not done.
    """
    work = step.work
    if not isinstance(work, Fit):
        raise TypeError(f"{step.label} fits no detector")
    inputs = {digest: store.find(kind, digest) for kind, digest in step.needs}
    fitted = store.find(step.kind, step.digest)
    there = {digest: artifact for digest, artifact in inputs.items() if artifact}
    if fitted is None or len(there) < len(inputs):
        raise SpecError(f"{step.label}: not done yet; run its sweep first")
    context = StepContext(Path(), there, Path(), {}, no_progress)
    detector = detector_of(work, context, work.validation)
    detector.load(fitted.path)
    alphabet = str(there[work.validation].notes["alphabet"])
    return Judge(detector, alphabet, denoises=work.denoiser is not None)
