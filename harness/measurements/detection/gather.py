"""Detectors: what they found of the images that got past the breaker."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.measurements.curves.run import CURVE
from harness.measurements.detection.got_through import got_through
from harness.measurements.detection.run import CLEAN, DETECTION
from harness.measurements.detection.spec import DetectionEntry, Fit, Look
from harness.measurements.finished import FinishedSteps
from harness.metrics import auroc, roc, wilson
from harness.results import checks
from harness.results.rows.detection import QUANTILES, DetectionRow

ROC_POINTS = 60
FIVE = 0.05  # false alarms of the column tpr_at_fpr_5pct


def gather_detections(finished: FinishedSteps) -> dict[str, Sequence[Any]]:
    """Gather a row for each (breaker, detector, attack, radius above 0), and what got through."""
    entries = finished.plan.find(DetectionEntry)
    rows = [row for entry in entries for row in _rows(finished, entry)]
    return {"detections": rows, "got_through": got_through(finished)}


def _rows(finished: FinishedSteps, guarded: DetectionEntry) -> Iterator[DetectionRow]:
    known: dict[str, Any] = {
        "dataset": guarded.dataset,
        "breaker": guarded.breaker,
        "detector": guarded.detector,
        "attack": guarded.attack,
        "norm": guarded.norm,
        "adaptive": guarded.adaptive,
    }
    missing = [one for one in (guarded.fitted, guarded.detection) if one not in finished.artifacts]
    if missing:
        status = finished.status(missing[0])
        for epsilon in guarded.epsilons:
            if epsilon > 0:
                yield DetectionRow(**known, epsilon=epsilon, status=status)
        return
    with np.load(finished.artifacts[guarded.fitted].path / CLEAN, allow_pickle=False) as fitted:
        clean = fitted["scores"]
        threshold, strict = float(fitted["threshold"]), float(fitted["strict"])
    alarms, usual = int((clean > threshold).sum()), _quantiles(clean)
    path = finished.artifacts[guarded.detection].path / DETECTION
    asked, read = _asked(finished, guarded), _got_past(finished, guarded)
    with np.load(path, allow_pickle=False) as found:
        for number, epsilon in enumerate(found["epsilons"]):
            if epsilon <= 0:
                continue
            # Only what the breaker read right before, and reads wrong now, is an attack.
            past = found["past"][number] if read is None else read[number]
            scores = found["scores"][number][past]
            hits = int((scores > threshold).sum())
            yield DetectionRow(
                **known,
                epsilon=float(epsilon),
                n_clean=len(clean),
                n_adversarial=len(scores),
                n_attacked=len(past),
                noticed=hits,
                noticed_strictly=int((scores > strict).sum()),
                noticed_interval=wilson(hits, len(scores)),
                noticed_at_5_percent=hits if asked == FIVE else _at_five(clean, scores),
                false_alarms=alarms,
                alarm_interval=wilson(alarms, len(clean)),
                target_fpr=asked,
                threshold=threshold,
                auroc=auroc(clean, scores) if len(scores) else None,
                roc=roc(clean, scores, ROC_POINTS) if len(scores) else (),
                clean_scores=usual,
                scores=_quantiles(scores),
                warnings=guarded.marks + checks.detection(len(clean), len(scores)),
            )


def _asked(finished: FinishedSteps, guarded: DetectionEntry) -> float | None:
    """Give the share of false alarms that the detector was set to."""
    work = finished.steps[guarded.fitted].work
    return work.options.fpr if isinstance(work, Fit) else None


def _at_five(clean: npt.NDArray[np.float32], scores: npt.NDArray[np.float32]) -> int | None:
    """Noticed above the score that 5 % of the clean test captchas reach; None: too few of them."""
    if len(clean) * FIVE < 1:
        return None
    return int((scores > np.quantile(clean, 1 - FIVE, method="higher")).sum())


def _got_past(finished: FinishedSteps, guarded: DetectionEntry) -> npt.NDArray[np.bool_] | None:
    """Who was read right before and is read wrong now, bool [radii, n], counted again.

    What was kept of old counts blanks between characters as characters. None: texts of one length,
    or an attack on the detector itself, whose readings are not kept.
    """
    work = finished.steps[guarded.detection].work
    if not isinstance(work, Look) or finished.blank(guarded.reading) is None:
        return None
    if work.curve not in finished.artifacts:
        return None
    with np.load(finished.artifacts[work.curve].path / CURVE, allow_pickle=False) as curve:
        right = finished.curve_right(curve, guarded.reading)
    clean, full = finished.right(guarded.reading), finished.lengths(guarded.reading)
    before = (clean == full)[: right.shape[1]]
    past: npt.NDArray[np.bool_] = before & (right < full[: right.shape[1]])
    return past


def _quantiles(scores: npt.NDArray[np.float32]) -> tuple[float, ...]:
    return tuple(map(float, np.quantile(scores, QUANTILES))) if len(scores) else ()
