"""What detectors do in a sweep: they are fitted, look at curves, and are attacked themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.measurements.curves.run import CURVE, PERTURBED
from harness.progress import Progress, no_progress
from harness.detectors.detector import Detector
from harness.errors import SpecError
from harness.metrics import right_characters, text_lengths
from harness.measurements.inputs import reader
from harness.pipeline.context import StepContext
from harness.pipeline.store import Artifact, Store
from harness.measurements.detection.spec import Evade, Fit
from harness.pipeline.step import Step

CLEAN, DETECTION, THROUGH = "clean.npz", "detection.npz", "through.npz"
LOOKED_AT = 10_000  # clean test captchas whose scores are taken
SHOWN = 6  # images that got through, at each radius


def guard(work: Fit, inputs: Mapping[str, Artifact], reader: Any) -> Any:
    """Give the detector of a step over a breaker, not yet fitted.

    Args:
        work: the step.
        inputs: digest -> artifact; the autoencoder's, where there is one.
        reader: of the breaker.
    """
    from harness.defenses import denoiser
    from harness.detectors.guard import Guard

    if not isinstance(work.options, Detector):
        raise TypeError(f"{work.detector} is not a detector")
    if work.denoiser is None:
        return Guard(work.options, reader, lambda images: images)
    return Guard(work.options, reader, denoiser.load(inputs[work.denoiser].path, reader.shape))


def clean(guard: Any, data: Any, folder: Path, progress: Progress) -> None:
    """Score clean test captchas: clean.npz with scores [n], threshold and strict.

    Args:
        guard: harness.detectors.guard.Guard, fitted.
        data: LabelledImages of the test split.
        folder: gets the file.
        progress: told how far it is.
    """
    np.savez(
        folder / CLEAN,
        allow_pickle=False,
        scores=guard.scores(data.images[:LOOKED_AT], progress),
        threshold=guard.threshold,
        strict=guard.strict,
    )


def look(guard: Any, data: Any, source: Path, folder: Path, progress: Progress) -> None:
    """Score the images of a curve.

    Args:
        guard: harness.detectors.guard.Guard, fitted.
        data: LabelledImages of the test split.
        source: the folder of a curve with its images.
        folder: gets detection.npz: epsilons [e], scores [e, m], past [e, m]: read right before,
            and wrong now; and through.npz, some of those images that lie below the threshold.
        progress: told how far it is.
    """
    images = np.load(source / PERTURBED, mmap_mode="r", allow_pickle=False)
    with np.load(source / CURVE, allow_pickle=False) as curve:
        epsilons, classes = curve["epsilons"], curve["classes"]
    _write(guard, data, epsilons, images, classes, folder, progress)


def evade(work: Evade, guard: Any, data: Any, folder: Path, progress: Progress) -> None:
    """Attack breaker and detector at once, at each radius; see `look` for what is written."""
    from harness.attacks.attack import sixteen_bit
    from harness.attacks.aware import Aware

    original = np.ascontiguousarray(data.images[: work.captchas])
    labels = data.labels[: work.captchas]
    aware, images = Aware(guard, work.steps), []
    for number, epsilon in enumerate(work.epsilons):
        progress(number, len(work.epsilons), "detector and breaker attacked")
        images.append(sixteen_bit(original, aware.perturb(original, labels, epsilon, work.seed)))
    classes = np.array([guard.reader.read(some) for some in images])
    _write(guard, data, np.array(work.epsilons), images, classes, folder, progress)


def _write(
    guard: Any,
    data: Any,
    epsilons: npt.NDArray[Any],
    images: Any,
    classes: npt.NDArray[np.uint8],
    folder: Path,
    progress: Progress,
) -> None:
    """Scores of images [e, m, ...], of which classes [e, m, length] were read."""
    blank, labels = guard.reader.blank, data.labels[: classes.shape[1]]
    full = text_lengths(labels, blank)
    before = right_characters(guard.reader.read(data.images[: len(labels)]), labels, blank) == full
    past = np.array([before & (right_characters(one, labels, blank) < full) for one in classes])
    scores = np.array([guard.scores(np.asarray(some), progress) for some in images])
    np.savez(folder / DETECTION, allow_pickle=False, epsilons=epsilons, scores=scores, past=past)
    where = [
        (number, row)
        for number, unnoticed in enumerate(past & (scores <= guard.threshold))
        for row in np.flatnonzero(unnoticed)[:SHOWN]
    ]
    numbers, rows = np.array(where, int).reshape(-1, 2).T
    chosen = np.array([images[number][row] for number, row in where], images[0].dtype)
    np.savez(
        folder / THROUGH,
        allow_pickle=False,
        numbers=numbers,
        rows=rows,
        images=chosen,
        classes=classes[numbers, rows],
    )


def judge_of(step: Step, store: Store) -> Any:
    """Give the harness.detectors.judge.Judge of a detector that a Fit step has left in the store.

    Raises:
        SpecError: the step has not been done.
    """
    from harness.detectors.judge import Judge

    work = step.work
    if not isinstance(work, Fit):
        raise TypeError(f"{step.label} fits no detector")
    inputs = {digest: store.find(kind, digest) for kind, digest in step.needs}
    fitted = store.find(step.kind, step.digest)
    there = {digest: artifact for digest, artifact in inputs.items() if artifact}
    if fitted is None or len(there) < len(inputs):
        raise SpecError(f"{step.label}: not done yet; run its sweep first")
    place = StepContext(Path(), there, Path(), {}, no_progress)
    found = guard(work, there, reader(work.victim, place, work.validation))
    found.load(fitted.path)
    alphabet = str(there[work.validation].notes["alphabet"])
    return Judge(found, alphabet, denoises=work.denoiser is not None)
