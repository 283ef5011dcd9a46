"""Sample sheets: some captchas of a curve, clean, perturbed, and their difference."""

import numpy as np

from harness.datasets.drawing.parallel import IMAGES
from harness.datasets.generator import decode
from harness.images import pictures
from harness.measurements.curves import run as curves
from harness.measurements.curves.work import CurveEntry
from harness.measurements.finished_steps import FinishedSteps
from harness.results.document import Picture, SampleSheet


def sample_sheets(finished: FinishedSteps) -> list[SampleSheet]:
    """Show the first captchas under each direct attack, at a middle and at the largest radius."""
    sheets = []
    for entry in finished.plan.find(CurveEntry):
        if entry.knowledge == "transfer" or entry.curve not in finished.artifacts:
            continue
        moved = [n for n, epsilon in enumerate(entry.epsilons) if epsilon > 0]
        for number in sorted({moved[(len(moved) - 1) // 2], moved[-1]} if moved else set()):
            sheets.append(_sheet(finished, entry, number))
    return sheets


def _sheet(finished: FinishedSteps, entry: CurveEntry, number: int) -> SampleSheet:
    data, (before, labels) = finished.data(entry.reading), finished.classes(entry.reading)
    alphabet = str(data.notes["alphabet"])
    images = np.load(data.path / IMAGES, mmap_mode="r")
    folder, files = finished.artifacts[entry.curve].path, finished.files(entry.reading)
    with np.load(folder / curves.CURVE) as curve, np.load(folder / curves.SAMPLES) as samples:
        classes, perturbed = curve["classes"][number], samples["perturbed"][number]
    return SampleSheet(
        dataset=entry.dataset,
        breaker=entry.breaker,
        defense=entry.defense,
        attack=entry.attack,
        epsilon=entry.epsilons[number],
        pictures=tuple(
            Picture(
                file=files[n],
                target=decode(labels[n], alphabet),
                prediction=decode(classes[n], alphabet),
                clean=pictures.shown(images[n]),
                clean_prediction=decode(before[n], alphabet),
                perturbed=pictures.shown(perturbed[n]),
                difference=pictures.difference(images[n], perturbed[n]),
            )
            for n in range(len(perturbed))
        ),
    )
