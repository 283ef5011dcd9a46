"""Rows of free_labels.csv: tries spent, labels gained, and what is read after each round."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.free_labels.run import HELD_OUT
from harness.measurements.free_labels.tries import Tries
from harness.measurements.free_labels.work import FreeLabelsEntry
from harness.measurements.training.still_learning import learning_warnings
from harness.metrics import constant_accuracy, wilson
from harness.options import Json
from harness.results import checks
from harness.results.rows.free_labels import FreeLabelsRow


def gather_free_labels(finished: FinishedSteps) -> dict[str, Sequence[FreeLabelsRow]]:
    """Gather a row for each round of each breaker that lets the site label its captchas."""
    return {"free_labels": [_row(finished, entry) for entry in finished.plan.find(FreeLabelsEntry)]}


def _row(finished: FinishedSteps, entry: FreeLabelsEntry) -> FreeLabelsRow:
    row = partial(
        FreeLabelsRow,
        dataset=entry.dataset,
        breaker=entry.breaker,
        round=entry.round,
        labels_by_hand=entry.labels_by_hand,
        **_asked(finished, entry),
        **_on_accepted(finished, entry),
    )
    if entry.reading not in finished.artifacts:
        return row(status=finished.status(entry.reading))
    right, lengths = finished.right(entry.reading), finished.lengths(entry.reading)
    accuracy = finished.accuracy(right, lengths, "reading", entry.reading)
    labels = finished.classes(entry.reading)[1]
    constant = constant_accuracy(labels, finished.blank(entry.reading))
    return row(
        accuracy=accuracy,
        warnings=(
            *checks.stuck(accuracy.character_interval, constant),
            *learning_warnings(finished, entry),
            *checks.few_captchas(len(right)),
        ),
    )


def _asked(finished: FinishedSteps, entry: FreeLabelsEntry) -> Mapping[str, Json]:
    """Count the tries so far and those of the round, and name who answered in it."""
    if not finished.has(*entry.collections):
        return {}
    rounds = [Tries.load(finished.artifacts[name]) for name in entry.collections]
    tries = sum(len(each.rows) for each in rounds)
    facts: dict[str, Json] = {
        "tries": tries,
        "days": tries / finished.sweep.tries_per_day,
        "accepted": sum(int(each.accepted.sum()) for each in rounds),
    }
    if rounds:
        chosen = finished.artifacts[entry.collections[-1]].notes["chosen"]
        facts["reader"] = entry.readers[chosen]
        facts["round_tries"] = len(rounds[-1].rows)
        facts["round_accepted"] = int(rounds[-1].accepted.sum())
    return facts


def _on_accepted(finished: FinishedSteps, entry: FreeLabelsEntry) -> Mapping[str, Json]:
    """Count the held-out accepted captchas that the breaker reads."""
    artifact = finished.artifacts.get(entry.held_out or "")
    if artifact is None:
        return {}
    with np.load(artifact.path / HELD_OUT, allow_pickle=False) as arrays:
        right = arrays["right"]
    hits, trials = int(right.sum()), len(right)
    return {
        "right_on_accepted": hits,
        "n_on_accepted": trials,
        "on_accepted_interval": wilson(hits, trials) if trials else None,
    }
