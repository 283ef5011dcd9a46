"""Readings in the dark: planned for every breaker, and gathered into a table of their own."""

from collections.abc import Iterator

import numpy as np

from darkened.run import RIGHT, read_darkened
from darkened.work import DarkenedEntry, ReadDarkened
from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.measurement import Measurement
from harness.measurements.training.work import DefendedBreaker
from harness.pipeline.builder import StepBuilder
from harness.results.rows.extra import ExtraTable
from harness.sweep.model import SweepSpec

SHARES = (1.0, 0.5, 0.25)


def plan_darkened(builder: StepBuilder, _sweep: SweepSpec, form: DefendedBreaker) -> None:
    """Read in the dark with every breaker and every defended form of it."""
    work = ReadDarkened(victim=form.ref, test=form.test, shares=SHARES)
    step = builder.add(work, f"read in the dark with {form.title}", *form.needs)
    builder.enter(DarkenedEntry(form.breaker, form.defense, step))


def gather_darkened(finished: FinishedSteps) -> dict[str, list[ExtraTable]]:
    """Gather a table with a row for each breaker and share of brightness."""
    table = ExtraTable(
        name="darkened",
        title="In the dark",
        about="Captchas of which each pixel has so much of its brightness left.",
        columns=("breaker", "defense", "brightness", "n_captchas", "captcha_accuracy"),
        rows=tuple(_rows(finished)),
    )
    return {"extra": [table]}


def _rows(finished: FinishedSteps) -> Iterator[tuple[str | float | int | None, ...]]:
    for entry in finished.plan.find(DarkenedEntry):
        for number, share in enumerate(SHARES):
            captchas, accuracy = 0, None
            if entry.darkened in finished.artifacts:
                right = np.load(finished.artifacts[entry.darkened].path / RIGHT)["right"][number]
                captchas, accuracy = len(right), float(right.mean())
            yield entry.breaker, entry.defense, share, captchas, accuracy


MEASUREMENT = Measurement(
    name="darkened",
    works={ReadDarkened: read_darkened},
    entry=DarkenedEntry,
    for_defended=plan_darkened,
    gather=gather_darkened,
)
