"""Readings that are too low to believe, because of what others of the same run read."""

from collections.abc import Mapping, Sequence

import numpy as np

from harness.breakers.architecture import Architecture
from harness.breakers.foundation import Foundation
from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.reading.work import Read, ReadingEntry
from harness.measurements.training.learning_curve import (
    APART,
    Trainings,
    is_curve,
    is_level,
    memorized,
    still_rises,
)
from harness.measurements.training.work import Train
from harness.metrics import histogram
from harness.paired import Whole, mcnemar
from harness.results.rows.row import UNDEFENDED
from harness.results.tally import Tally

CHANCE = 0.01  # of an alarm about a breaker that reads as much as every ready-made reader
Readings = Mapping[ReadingEntry, Whole]  # captchas with all characters right


def too_low(finished: FinishedSteps) -> dict[ReadingEntry, tuple[str, ...]]:
    """Give the codes of each finished reading that others of the run let doubt."""
    readings: Readings = {
        entry: finished.right(entry.reading) == finished.lengths(entry.reading)
        for entry in finished.plan.find(ReadingEntry)
        if finished.has(entry.reading)
    }
    few_labels = _few_labels(finished, readings)
    codes = {}
    for entry in readings:
        rises = ("few_labels_curve_rises",) if _step(entry) in few_labels else ()
        weaker = ("weaker_than_ready_made",) if _is_weaker(finished, readings, entry) else ()
        codes[entry] = (*rises, *weaker)
    return codes


def _step(entry: ReadingEntry) -> str | None:
    """Name the step that trained a breaker on captchas of the data set that it reads."""
    return None if entry.trained_on else entry.trained


def _few_labels(finished: FinishedSteps, readings: Readings) -> set[str]:
    """List the trainings that more labelled captchas would have made better."""
    recipes: dict[str, dict[str, ReadingEntry]] = {}
    for entry in readings:
        step = finished.steps.get(_step(entry) or "")
        if step is None or not isinstance(step.work, Train) or step.work.options.endless:
            continue
        if entry.defense == UNDEFENDED:  # a training of two names is one training
            recipe = f"{_recipe(finished, entry)} from {step.work.start}"
            recipes.setdefault(recipe, {})[step.digest] = entry
    few: set[str] = set()
    for trained in recipes.values():
        entries = list(trained.values())
        sizes = _sizes(readings, entries)
        most = [entry for entry in entries if entry.train_images > APART * sizes[-1].images]
        if is_curve(sizes) and (still_rises(sizes) or is_level(sizes)):
            ends = most if still_rises(sizes) else []
        else:
            ends = [entry for entry in most if _is_memorized(finished, entry)]
        few |= {entry.trained for entry in ends if entry.trained}
    return few


def _recipe(finished: FinishedSteps, entry: ReadingEntry) -> str:
    """Spell all that a training does, whatever the number of its captchas and its start."""
    spec = finished.sweep.breakers[entry.breaker]
    options = spec.options
    if isinstance(options, Architecture):
        options = options.model_copy(update={"repeat": 0})
    beside = {"images": None, "attacks": None, "defenses": None, "reads": ()}
    return spec.model_copy(update={**beside, "options": options}).model_dump_json()


def _sizes(readings: Readings, entries: Sequence[ReadingEntry]) -> list[Trainings]:
    """Group the trainings of one recipe by the number of their captchas."""
    return [
        Trainings(images, np.array([readings[e] for e in entries if e.train_images == images]))
        for images in sorted({entry.train_images for entry in entries})
    ]


def _is_memorized(finished: FinishedSteps, entry: ReadingEntry) -> bool:
    history = finished.artifacts[entry.trained or ""].notes.get("history", ())
    right, lengths = finished.right(entry.reading), finished.lengths(entry.reading)
    padding = finished.classes(entry.reading)[1].shape[1] / float(lengths.mean())
    return memorized(history, Tally(counts=histogram(right, lengths)), padding)


def _is_weaker(finished: FinishedSteps, readings: Readings, entry: ReadingEntry) -> bool:
    """Tell whether a ready-made reader reads more of the very captchas that a breaker reads."""
    if entry.trained_on or _is_ready_made(finished, entry):
        return False
    rivals = [
        whole
        for other, whole in readings.items()
        if _is_ready_made(finished, other) and _test(finished, other) == _test(finished, entry)
    ]
    return any(mcnemar(readings[entry], whole) <= CHANCE / len(rivals) for whole in rivals)


def _is_ready_made(finished: FinishedSteps, entry: ReadingEntry) -> bool:
    """Tell whether a breaker is the same whatever the data set: nothing was trained for it."""
    spec = finished.sweep.breakers[entry.breaker]
    return spec.is_ready_made or isinstance(spec.options, Foundation)


def _test(finished: FinishedSteps, entry: ReadingEntry) -> str:
    """Name the split that was read."""
    work = finished.steps[entry.reading].work
    if not isinstance(work, Read):
        raise TypeError("a reading is made by a Read step")
    return work.test
