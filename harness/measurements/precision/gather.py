"""Rows of precision.csv: test captchas submitted from a threshold on that others have chosen."""

from collections.abc import Iterator, Sequence

from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.precision.work import PrecisionEntry
from harness.measurements.reading.work import ReadingEntry
from harness.measurements.training.still_learning import learning_warnings
from harness.metrics import wilson
from harness.results import checks
from harness.results.rows.precision import PrecisionRow
from harness.results.rows.row import UNDEFENDED
from harness.selective_prediction import Budgets, Selection, selections


def gather_precision(finished: FinishedSteps) -> dict[str, Sequence[PrecisionRow]]:
    """Gather for every undefended breaker a row at each coverage, and at the best one."""
    entries = finished.plan.find(PrecisionEntry)
    return {"precision": [row for entry in entries for row in _rows(finished, entry)]}


def _rows(finished: FinishedSteps, entry: PrecisionEntry) -> Iterator[PrecisionRow]:
    if not finished.has(entry.reading):
        return
    test = finished.scored(entry.reading)
    lengths = finished.lengths(entry.reading)
    if test is None or not len(test) or lengths.max() == 1:
        return
    chooses = None
    if entry.chooses is not None and finished.has(entry.chooses):
        chooses = finished.scored(entry.chooses)
    budgets = Budgets(finished.sweep.tries_per_day, finished.sweep.loads)
    fixed, best = selections(test, chooses, budgets)
    learning = _learning(finished, entry)
    for selection in (*fixed, best):
        row = _row(entry, selection, budgets, selection is best)
        codes = (*learning, *checks.submitted(row.is_measured, chooses is None))
        yield row.model_copy(update={"warnings": codes})


def _learning(finished: FinishedSteps, entry: PrecisionEntry) -> tuple[str, ...]:
    """Give the warning of a breaker that would read more after a longer training."""
    (reading,) = finished.plan.find(
        ReadingEntry, dataset=entry.dataset, breaker=entry.breaker, defense=UNDEFENDED
    )
    return learning_warnings(finished, reading)


def _row(entry: PrecisionEntry, selection: Selection, budgets: Budgets, best: bool) -> PrecisionRow:
    return PrecisionRow(
        dataset=entry.dataset,
        breaker=entry.breaker,
        coverage=selection.coverage,
        threshold=selection.threshold,
        n_shown=selection.shown,
        n_submitted=selection.submitted,
        n_right=selection.right,
        interval=wilson(selection.right, selection.submitted),
        solved=budgets.solved(selection.right, selection.submitted, selection.shown),
        best=best,
    )
