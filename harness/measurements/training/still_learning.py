"""Warnings about breakers whose training ended while they were still learning."""

import numpy as np

from harness.breakers.architecture import Recipe
from harness.datasets.drawing.parallel import LABELS
from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.free_labels.work import FreeLabelsEntry
from harness.measurements.reading.work import ReadingEntry
from harness.measurements.training.convergence import still_learning
from harness.measurements.training.work import Strengthen, Train
from harness.metrics import constant_accuracy, text_lengths


def learning_warnings(
    finished: FinishedSteps, reading: ReadingEntry | FreeLabelsEntry
) -> tuple[str, ...]:
    """Warn of a breaker, as trained or strengthened, that would read more after more epochs."""
    artifact = finished.artifacts.get(reading.trained or "")
    if artifact is None or reading.trained is None:
        return ()
    work = finished.steps[reading.trained].work
    if not isinstance(work, Train | Strengthen) or not isinstance(work.options, Recipe):
        return ()
    captchas = characters = start = None
    split = finished.artifacts.get(work.validation or "")
    if split is not None:
        labels = np.load(split.path / LABELS, allow_pickle=False)
        captchas = len(labels)
        characters = int(text_lengths(labels, split.notes.get("blank")).sum())
        # A breaker that is trained further does not begin at chance.
        blank = split.notes.get("blank")
        start = constant_accuracy(labels, blank) if isinstance(work, Train) else None
    history = artifact.notes.get("history", ())
    recipe = work.options
    eased = bool(recipe.distortion or recipe.settling)
    learning = still_learning(history, captchas, characters, recipe.patience, start, eased)
    return ("still_learning",) if learning else ()
