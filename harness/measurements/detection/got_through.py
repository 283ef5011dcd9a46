"""Perturbed captchas that were misread, and that a detector did not notice."""

from collections.abc import Iterator

import numpy as np

from harness.datasets.drawing.parallel import IMAGES
from harness.datasets.generator import decode
from harness.images import pictures
from harness.measurements.detection.run import DETECTION, THROUGH
from harness.measurements.detection.work import DetectionEntry
from harness.measurements.finished_steps import FinishedSteps
from harness.results.document import GotThrough, Picture


def got_through(finished: FinishedSteps) -> list[GotThrough]:
    """Show some unnoticed captchas for each (breaker, detector, attack, radius) that has any."""
    entries = finished.plan.find(DetectionEntry)
    return [sheet for entry in entries for sheet in _sheets(finished, entry)]


def _sheets(finished: FinishedSteps, entry: DetectionEntry) -> Iterator[GotThrough]:
    if entry.detection not in finished.artifacts:
        return
    folder, files = finished.artifacts[entry.detection].path, finished.files(entry.reading)
    data, (before, labels) = finished.data(entry.reading), finished.classes(entry.reading)
    alphabet, clean = str(data.notes["alphabet"]), np.load(data.path / IMAGES, mmap_mode="r")
    with np.load(folder / DETECTION, allow_pickle=False) as detection:
        epsilons = detection["epsilons"]
    with np.load(folder / THROUGH, allow_pickle=False) as through:
        numbers, rows = through["numbers"], through["rows"]
        images, classes = through["images"], through["classes"]
    for number in np.unique(numbers):
        yield GotThrough(
            dataset=entry.dataset,
            breaker=entry.breaker,
            detector=entry.detector,
            attack=entry.attack,
            epsilon=float(epsilons[number]),
            pictures=tuple(
                Picture(
                    file=files[rows[n]],
                    target=decode(labels[rows[n]], alphabet),
                    prediction=decode(classes[n], alphabet),
                    clean=pictures.shown(clean[rows[n]]),
                    clean_prediction=decode(before[rows[n]], alphabet),
                    perturbed=pictures.shown(images[n]),
                )
                for n in np.flatnonzero(numbers == number)
            ),
        )
