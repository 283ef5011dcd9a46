"""Precision at coverage, planned: readings of the captchas on which thresholds are chosen."""

from harness.measurements.datasets.plan import draw_if_any
from harness.measurements.precision.work import PrecisionEntry
from harness.measurements.reading.work import Read, ReadingEntry
from harness.measurements.training.work import DefendedBreaker
from harness.pipeline.builder import StepBuilder
from harness.results.rows.row import UNDEFENDED
from harness.sweep.captcha_kind import kind_of
from harness.sweep.model import SweepSpec
from harness.sweep.specs import DatasetSpec

ENOUGH = 100  # validation captchas on which a threshold is chosen


def plan_precision(builder: StepBuilder, sweep: SweepSpec) -> None:
    """Plan for every undefended breaker that it reads the validation captchas as well.

    Of single characters nobody submits a choice: they are no captchas. Nor is what stands in for
    the captchas of a page.
    """
    for reading in builder.entries(ReadingEntry, defense=UNDEFENDED):
        stands_in = sweep.datasets[reading.dataset].stands_in
        if stands_in or kind_of(sweep, reading.dataset).length == 1:
            continue
        (form,) = builder.entries(DefendedBreaker, breaker=reading.breaker, defense=UNDEFENDED)
        chooses = None
        if chooses_well(sweep.datasets[reading.dataset]):
            split = draw_if_any(builder, sweep, reading.dataset, "validation")
            if split is not None:
                work = Read(victim=form.ref, test=split)
                label = f"read {reading.dataset} validation with {reading.breaker}"
                chooses = builder.add(work, label, form.ref.breaker, form.ref.learned, split)
        builder.enter(PrecisionEntry(reading.dataset, reading.breaker, reading.reading, chooses))


def chooses_well(dataset: DatasetSpec) -> bool:
    """Tell whether validation captchas choose a threshold better than half of the test ones."""
    return dataset.validation >= min(ENOUGH, dataset.test // 2)
