"""Detectors: what they found of the images that got past the breaker."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from harness import checks
from harness.cells import Guarded
from harness.detections import CLEAN, DETECTION
from harness.evidence.present import Present
from harness.metrics import auroc, roc, wilson
from harness.plan import Plan
from harness.rows.detection import QUANTILES, DetectionRow

ROC_POINTS = 60


def detection_rows(present: Present, plan: Plan) -> list[DetectionRow]:
    """A row for each (breaker, detector, attack, radius above 0)."""
    return [row for guarded in plan.guarded for row in _rows(present, guarded)]


def _rows(present: Present, guarded: Guarded) -> Iterator[DetectionRow]:
    known: dict[str, Any] = {
        "dataset": guarded.dataset,
        "breaker": guarded.breaker,
        "detector": guarded.detector,
        "attack": guarded.attack,
        "norm": guarded.norm,
        "adaptive": guarded.adaptive,
    }
    missing = [one for one in (guarded.fitted, guarded.detection) if one not in present.artifacts]
    if missing:
        status = present.status(missing[0])
        for epsilon in guarded.epsilons:
            if epsilon > 0:
                yield DetectionRow(**known, epsilon=epsilon, status=status)
        return
    with np.load(present.artifacts[guarded.fitted].path / CLEAN, allow_pickle=False) as fitted:
        clean = fitted["scores"]
        threshold, strict = float(fitted["threshold"]), float(fitted["strict"])
    alarms, usual = int((clean > threshold).sum()), _quantiles(clean)
    path = present.artifacts[guarded.detection].path / DETECTION
    with np.load(path, allow_pickle=False) as found:
        for number, epsilon in enumerate(found["epsilons"]):
            if epsilon <= 0:
                continue
            # Only what the breaker read right before, and reads wrong now, is an attack.
            past = found["past"][number]
            scores = found["scores"][number][past]
            hits = int((scores > threshold).sum())
            yield DetectionRow(
                **known,
                epsilon=float(epsilon),
                n_clean=len(clean),
                n_adversarial=len(scores),
                n_attacked=len(past),
                found=hits,
                found_strictly=int((scores > strict).sum()),
                found_interval=wilson(hits, len(scores)),
                false_alarms=alarms,
                threshold=threshold,
                auroc=auroc(clean, scores) if len(scores) else None,
                roc=roc(clean, scores, ROC_POINTS) if len(scores) else (),
                clean_scores=usual,
                scores=_quantiles(scores),
                warnings=guarded.marks + checks.detection(len(clean), len(scores)),
            )


def _quantiles(scores: npt.NDArray[np.float32]) -> tuple[float, ...]:
    return tuple(map(float, np.quantile(scores, QUANTILES))) if len(scores) else ()
