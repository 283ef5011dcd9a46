"""Detectors: what they found of the images that got past the breaker."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from harness import checks
from harness.cells import Guarded
from harness.detections import DETECTION
from harness.evidence.present import Present
from harness.metrics import auroc, roc, wilson
from harness.plan import Plan
from harness.rows import DetectionRow

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
    if guarded.detection not in present.artifacts:
        status = present.status(guarded.detection)
        for epsilon in guarded.epsilons:
            if epsilon > 0:
                yield DetectionRow(**known, epsilon=epsilon, status=status)
        return
    path = present.artifacts[guarded.detection].path / DETECTION
    with np.load(path, allow_pickle=False) as found:
        clean, threshold, strict = found["clean"], float(found["threshold"]), float(found["strict"])
        alarms = int((clean > threshold).sum())
        for number, epsilon in enumerate(found["epsilons"]):
            if epsilon <= 0:
                continue
            # Only what the breaker read right before, and reads wrong now, is an attack.
            past = (found["before"] == found["full"]) & (found["right"][number] < found["full"])
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
                warnings=guarded.marks + checks.detection(len(clean), len(scores)),
            )
