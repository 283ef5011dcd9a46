"""What breakers read of each captcha under attack, at each radius of each curve."""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from harness.datasets.generator import decode
from harness.measurements.curves import run as curves
from harness.measurements.curves.work import CurveEntry
from harness.measurements.finished_steps import FinishedSteps
from harness.results.rows.prediction import AttackedReading

MOST = 200  # readings of a run; a file for each lies in its folder


def attacked_readings(finished: FinishedSteps) -> list[AttackedReading]:
    """Give the readings of the curves in the order of the plan, MOST of them."""
    return list(islice(_readings(finished), MOST))


def _readings(finished: FinishedSteps) -> Iterator[AttackedReading]:
    for entry in finished.plan.find(CurveEntry):
        if entry.curve not in finished.artifacts or entry.reading not in finished.artifacts:
            continue
        alphabet = finished.alphabet(entry.reading)
        folder = finished.artifacts[entry.curve].path
        with np.load(folder / curves.CURVE, allow_pickle=False) as curve:
            classes = curve["classes"]
        for number, epsilon in enumerate(entry.epsilons):
            if epsilon > 0:
                yield AttackedReading(
                    dataset=entry.dataset,
                    breaker=entry.breaker,
                    defense=entry.defense,
                    attack=entry.attack,
                    knowledge=entry.knowledge,
                    source=entry.source,
                    norm=entry.norm,
                    epsilon=epsilon,
                    predictions=tuple(decode(row, alphabet) for row in classes[number]),
                )
