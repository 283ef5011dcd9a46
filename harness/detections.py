"""What detectors do in a sweep: they are fitted, look at curves, and are attacked themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.curves import CURVE, PERTURBED
from harness.datasets.generator import Watch
from harness.detectors.detector import Detector
from harness.metrics import right_characters, text_lengths
from harness.store import Artifact
from harness.work import Evade, Fit

DETECTION = "detection.npz"
LOOKED_AT = 10_000  # clean test captchas whose scores are taken


def guard(work: Fit, inputs: Mapping[str, Artifact], reader: Any) -> Any:
    """The detector of a step over a breaker, not yet fitted.

    Args:
        work: the step.
        inputs: digest -> artifact; the autoencoder's, where there is one.
        reader: of the breaker.
    """
    from harness.detectors import denoiser
    from harness.detectors.guard import Guard

    if not isinstance(work.options, Detector):
        raise TypeError(f"{work.detector} is not a detector")
    if work.denoiser is None:
        return Guard(work.options, reader, lambda images: images)
    return Guard(work.options, reader, denoiser.load(inputs[work.denoiser].path, reader.shape))


def look(guard: Any, data: Any, source: Path, folder: Path, watch: Watch) -> None:
    """Score clean test captchas and the images of a curve.

    Args:
        guard: harness.detectors.guard.Guard, fitted.
        data: LabelledImages of the test split.
        source: the folder of a curve with its images.
        folder: gets detection.npz: epsilons [e], clean [n], scores [e, m], right [e, m],
            before [m]: right characters of the clean captchas, full [m]: all characters,
            threshold and strict.
        watch: told of progress.
    """
    kept = np.load(source / PERTURBED, mmap_mode="r", allow_pickle=False)
    with np.load(source / CURVE, allow_pickle=False) as curve:
        epsilons, right = curve["epsilons"], curve["right"]
    scores = [guard.scores(np.asarray(images), watch) for images in kept]
    _write(guard, data, epsilons, np.array(scores), right, folder)


def evade(work: Evade, guard: Any, data: Any, folder: Path, watch: Watch) -> None:
    """Attack breaker and detector at once, at each radius; see `look` for what is written."""
    from harness.attacks.attack import sixteen_bit
    from harness.attacks.aware import Aware

    clean = np.ascontiguousarray(data.images[: work.captchas])
    labels = data.labels[: work.captchas]
    aware = Aware(guard, work.steps)
    scores, right = [], []
    for number, epsilon in enumerate(work.epsilons):
        watch(number, len(work.epsilons), "detector and breaker attacked")
        images = sixteen_bit(clean, aware.perturb(clean, labels, epsilon, work.seed))
        scores.append(guard.scores(images))
        classes = guard.reader.read(images)
        right.append(right_characters(classes, labels, guard.reader.blank))
    _write(guard, data, np.array(work.epsilons), np.array(scores), np.array(right), folder)


def _write(
    guard: Any,
    data: Any,
    epsilons: npt.NDArray[Any],
    scores: npt.NDArray[Any],
    right: npt.NDArray[Any],
    folder: Path,
) -> None:
    reader, some = guard.reader, scores.shape[1]
    classes = reader.read(data.images[:some])
    np.savez(
        folder / DETECTION,
        allow_pickle=False,
        epsilons=epsilons,
        clean=guard.scores(data.images[:LOOKED_AT]),
        scores=scores,
        right=right,
        before=right_characters(classes, data.labels[:some], reader.blank),
        full=text_lengths(data.labels[:some], reader.blank),
        threshold=guard.threshold,
        strict=guard.strict,
    )
