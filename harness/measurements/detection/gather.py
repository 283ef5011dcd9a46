"""Rows of detection.csv: how many of the images that fooled the breaker a detector notices."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from harness.measurements.curves.run import CURVE
from harness.measurements.detection.got_through import got_through
from harness.measurements.detection.run import CLEAN, DETECTION
from harness.measurements.detection.work import DetectionEntry, Fit, Look
from harness.measurements.finished_steps import FinishedSteps
from harness.metrics import auroc, roc, wilson
from harness.options import Options
from harness.results import checks
from harness.results.rows.detection import QUANTILES, DetectionRow

ROC_POINTS = 60
FIVE = 0.05  # share of clean captchas: the false alarms of the column tpr_at_fpr_5pct


def gather_detections(finished: FinishedSteps) -> dict[str, Sequence[Options]]:
    """Gather a row for each (breaker, detector, attack, radius above 0), and unnoticed captchas."""
    entries = finished.plan.find(DetectionEntry)
    rows = [row for entry in entries for row in _rows(finished, entry)]
    return {"detections": rows, "got_through": got_through(finished)}


def _rows(finished: FinishedSteps, entry: DetectionEntry) -> Iterator[DetectionRow]:
    row = partial(
        DetectionRow,
        dataset=entry.dataset,
        breaker=entry.breaker,
        detector=entry.detector,
        attack=entry.attack,
        norm=entry.norm,
        adaptive=entry.adaptive,
    )
    steps = (entry.fitted, entry.detection)
    missing = [step for step in steps if step not in finished.artifacts]
    if missing:
        status = finished.status(missing[0])
        for epsilon in entry.epsilons:
            if epsilon > 0:
                yield row(epsilon=epsilon, status=status)
        return
    with np.load(finished.artifacts[entry.fitted].path / CLEAN, allow_pickle=False) as fitted:
        clean = fitted["scores"]
        threshold, strict = float(fitted["threshold"]), float(fitted["strict"])
    alarms, usual = int((clean > threshold).sum()), _quantiles(clean)
    path = finished.artifacts[entry.detection].path / DETECTION
    target_fpr, recounted = _target_fpr(finished, entry), _got_past(finished, entry)
    with np.load(path, allow_pickle=False) as detection:
        for number, epsilon in enumerate(detection["epsilons"]):
            if epsilon <= 0:
                continue
            # Only what the breaker read right before, and reads wrong now, is an attack.
            past = detection["past"][number] if recounted is None else recounted[number]
            scores = detection["scores"][number][past]
            hits = int((scores > threshold).sum())
            yield row(
                epsilon=float(epsilon),
                n_clean=len(clean),
                n_adversarial=len(scores),
                n_attacked=len(past),
                noticed=hits,
                noticed_strictly=int((scores > strict).sum()),
                noticed_interval=wilson(hits, len(scores)),
                noticed_at_5_percent=hits if target_fpr == FIVE else _at_five(clean, scores),
                false_alarms=alarms,
                alarm_interval=wilson(alarms, len(clean)),
                target_fpr=target_fpr,
                threshold=threshold,
                auroc=auroc(clean, scores) if len(scores) else None,
                roc=roc(clean, scores, ROC_POINTS) if len(scores) else (),
                clean_scores=usual,
                scores=_quantiles(scores),
                warnings=entry.marks + checks.detection(len(clean), len(scores)),
            )


def _target_fpr(finished: FinishedSteps, entry: DetectionEntry) -> float | None:
    """Give the false alarm rate that the detector's threshold is chosen for."""
    work = finished.steps[entry.fitted].work
    return work.options.fpr if isinstance(work, Fit) else None


def _at_five(clean: npt.NDArray[np.float32], scores: npt.NDArray[np.float32]) -> int | None:
    """Count the scores above that of 5 % of the clean test captchas; None: these are too few."""
    if len(clean) * FIVE < 1:
        return None
    return int((scores > np.quantile(clean, 1 - FIVE, method="higher")).sum())


def _got_past(finished: FinishedSteps, entry: DetectionEntry) -> npt.NDArray[np.bool_] | None:
    """Mark the captchas that were read right and are read wrong now, bool [radii, n], recounted.

    Older artifacts count blanks between characters as characters. None: texts of one length, or an
    attack on the detector itself, whose readings are not kept.
    """
    work = finished.steps[entry.detection].work
    if not isinstance(work, Look) or finished.blank(entry.reading) is None:
        return None
    if work.curve not in finished.artifacts:
        return None
    with np.load(finished.artifacts[work.curve].path / CURVE, allow_pickle=False) as curve:
        right = finished.curve_right(curve, entry.reading)
    clean, full = finished.right(entry.reading), finished.lengths(entry.reading)
    before = (clean == full)[: right.shape[1]]
    past: npt.NDArray[np.bool_] = before & (right < full[: right.shape[1]])
    return past


def _quantiles(scores: npt.NDArray[np.float32]) -> tuple[float, ...]:
    return tuple(map(float, np.quantile(scores, QUANTILES))) if len(scores) else ()
