"""Detection, carried out: detectors are fitted, look at curves, and are attacked themselves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from harness.array_types import Pixels
from harness.images.labelled import LabelledImages
from harness.measurements.curves.run import CURVE, PERTURBED
from harness.measurements.detection.work import Evade, Fit, Look
from harness.measurements.inputs import labelled, trained_reader_of
from harness.metrics import right_characters, text_lengths
from harness.pipeline.context import StepContext

if TYPE_CHECKING:
    from harness.detectors.breaker_detector import BreakerDetector

CLEAN, DETECTION, THROUGH = "clean.npz", "detection.npz", "through.npz"
LOOKED_AT = 10_000  # clean test captchas whose scores are taken
SHOWN = 6  # images that got through, at each radius


def detector_of(work: Fit, context: StepContext, captchas: str) -> "BreakerDetector":
    """Build the detector of a step over its breaker, not yet fitted.

    Args:
        work: the detector and the breaker.
        context: of the step; the autoencoder is among its inputs, where there is one.
        captchas: digest of the captchas that it is to look at.
    """
    from harness.defenses import autoencoder_training
    from harness.detectors.breaker_detector import BreakerDetector

    breaker = trained_reader_of(work.victim, context, captchas)
    if work.denoiser is None:
        return BreakerDetector(work.options, breaker, lambda images: images)
    folder = context.inputs[work.denoiser].path
    return BreakerDetector(work.options, breaker, autoencoder_training.load(folder, breaker.shape))


def fit(work: Fit, context: StepContext) -> None:
    """Fit a detector to clean validation captchas, and score clean test captchas.

    Args:
        work: the detector, the breaker, and the captchas.
        context: gets the detector, and clean.npz: scores float32 [n], threshold, and strict, the
            highest score of the validation captchas.
    """
    detector = detector_of(work, context, work.validation)
    detector.fit(labelled(context.inputs[work.validation]).images, context.progress)
    detector.save(context.folder)
    test = labelled(context.inputs[work.test])
    np.savez(
        context.folder / CLEAN,
        allow_pickle=False,
        scores=detector.scores(test.images[:LOOKED_AT], context.progress),
        threshold=detector.threshold,
        strict=detector.strict,
    )


def look(work: Look, context: StepContext) -> None:
    """Score the images of a curve.

    Args:
        work: the fitted detector, and the curve with its images.
        context: gets detection.npz: epsilons [e], scores float32 [e, m], past bool [e, m]: read
            right before, and wrong now; and through.npz, some of those images that lie below the
            threshold.
    """
    detector = detector_of(work.fit, context, work.test)
    detector.load(context.inputs[work.fitted].path)
    source = context.inputs[work.curve].path
    images = np.load(source / PERTURBED, mmap_mode="r", allow_pickle=False)
    with np.load(source / CURVE, allow_pickle=False) as curve:
        epsilons, classes = curve["epsilons"], curve["classes"]
    test = labelled(context.inputs[work.test])
    _write(detector, test, epsilons, images, classes, context)


def evade(work: Evade, context: StepContext) -> None:
    """Attack breaker and detector at once, at each radius; see `look` for what is written."""
    from harness.attacks.adaptive_attack import AdaptiveAttack
    from harness.attacks.attack import sixteen_bit

    detector = detector_of(work.fit, context, work.test)
    detector.load(context.inputs[work.fitted].path)
    test = labelled(context.inputs[work.test])
    original = np.ascontiguousarray(test.images[: work.captchas])
    labels = test.labels[: work.captchas]
    attack, images = AdaptiveAttack(detector, work.steps), []
    for number, epsilon in enumerate(work.epsilons):
        context.progress(number, len(work.epsilons), "detector and breaker attacked")
        images.append(sixteen_bit(original, attack.perturb(original, labels, epsilon, work.seed)))
    classes = np.array([detector.reader.read(some) for some in images])
    _write(detector, test, np.array(work.epsilons), images, classes, context)


def _write(
    detector: "BreakerDetector",
    test: LabelledImages,
    epsilons: npt.NDArray[np.float64],
    images: Sequence[Pixels] | Pixels,
    classes: npt.NDArray[np.uint8],
    context: StepContext,
) -> None:
    """Score images, and write the scores and some images that got through.

    Args:
        detector: the fitted detector over its breaker.
        test: the clean captchas.
        epsilons: radii [e].
        images: uint16 or float32 [e, m, height, width, channels], mapped or a list.
        classes: what the breaker read of them, [e, m, length].
        context: gets detection.npz and through.npz.
    """
    blank, labels = detector.reader.blank, test.labels[: classes.shape[1]]
    full = text_lengths(labels, blank)
    before = (
        right_characters(detector.reader.read(test.images[: len(labels)]), labels, blank) == full
    )
    past = np.array([before & (right_characters(read, labels, blank) < full) for read in classes])
    scores = np.array([detector.scores(np.asarray(some), context.progress) for some in images])
    np.savez(
        context.folder / DETECTION, allow_pickle=False, epsilons=epsilons, scores=scores, past=past
    )
    where = [
        (number, row)
        for number, unnoticed in enumerate(past & (scores <= detector.threshold))
        for row in np.flatnonzero(unnoticed)[:SHOWN]
    ]
    numbers, rows = np.array(where, int).reshape(-1, 2).T
    chosen = np.array([images[number][row] for number, row in where], images[0].dtype)
    np.savez(
        context.folder / THROUGH,
        allow_pickle=False,
        numbers=numbers,
        rows=rows,
        images=chosen,
        classes=classes[numbers, rows],
    )
