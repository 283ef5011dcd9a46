"""Readings, planned: breakers on the test captchas of their data set and of other ones."""

import dataclasses

from harness.breakers.architecture import Architecture
from harness.datasets.ready_made import ReadyMade
from harness.defenses.defense import TrainingDefense
from harness.errors import SpecError
from harness.measurements.datasets.plan import draw
from harness.measurements.reading.work import Read, ReadingEntry
from harness.measurements.training.work import DefendedBreaker
from harness.pipeline.builder import StepBuilder
from harness.results.rows.row import UNDEFENDED
from harness.sweep.model import SweepSpec


def plan_reading(builder: StepBuilder, sweep: SweepSpec, form: DefendedBreaker) -> None:
    """Plan the reading of a breaker's own test captchas, those of the data set it learned from."""
    options = sweep.breakers[form.breaker].options
    bits = isinstance(options, Architecture) and options.by_bits and not form.is_defended
    work = Read(victim=form.ref, test=form.test, bits=bits)
    reading = builder.add(work, f"read with {form.title}", *form.needs)
    images, epochs = _trained_with(sweep, form)
    builder.enter(
        ReadingEntry(
            dataset=form.dataset,
            breaker=form.breaker,
            defense=form.defense,
            architecture=sweep.breakers[form.breaker].architecture,
            trained=form.ref.breaker,
            reading=reading,
            train_images=images,
            epochs=epochs,
            marks=form.marks,
        )
    )


def reading_of(builder: StepBuilder, form: DefendedBreaker) -> str:
    """Look up the step in which a breaker reads the test captchas of its own data set."""
    (entry,) = builder.entries(
        ReadingEntry, breaker=form.breaker, defense=form.defense, dataset=form.dataset
    )
    return entry.reading


def plan_readings_of_others(builder: StepBuilder, sweep: SweepSpec) -> None:
    """Plan the reading of other data sets by breakers, as trained."""
    for name, breaker in sweep.breakers.items():
        for other in breaker.reads:
            _refuse_same_source(sweep, name, other)
            (form,) = builder.entries(DefendedBreaker, breaker=name, defense=UNDEFENDED)
            (entry,) = builder.entries(
                ReadingEntry, breaker=name, defense=UNDEFENDED, dataset=breaker.dataset
            )
            test = draw(builder, sweep, other, "test")
            work = Read(victim=form.ref, test=test)
            builder.enter(
                dataclasses.replace(
                    entry,
                    dataset=other,
                    reading=builder.add(work, f"read {other} with {name}", form.ref.breaker, test),
                    train_images=0,  # of this data set
                    epochs=0,
                    trained_on=breaker.dataset if entry.trained else "",
                )
            )


def _trained_with(sweep: SweepSpec, form: DefendedBreaker) -> tuple[int, int]:
    """Count the training images and epochs of a breaker's last training; 0 of a ready-made one."""
    breaker, dataset = sweep.breakers[form.breaker], sweep.datasets[form.dataset]
    if form.is_defended:
        defense = sweep.defenses[form.defense].options
        if isinstance(defense, TrainingDefense):
            available = dataset.test if defense.split() == "test" else dataset.train
            return min(defense.images, available), defense.epochs
    if not isinstance(breaker.options, Architecture):
        return 0, 0
    images = breaker.hand_labelled(dataset.train)
    if breaker.labelled_by_site:
        return images, 0  # what the site labels is counted afterwards
    return images, breaker.options.passes(images)


def _refuse_same_source(sweep: SweepSpec, name: str, other: str) -> None:
    """Refuse a data set that is cut from the same captchas as the one a breaker was trained on."""
    learned = sweep.breakers[name].dataset
    pools = [sweep.datasets[dataset].options for dataset in (learned, other)]
    contents = [pool.contents_digest() if isinstance(pool, ReadyMade) else None for pool in pools]
    if contents[0] is not None and contents[0] == contents[1]:
        raise SpecError(
            f"breakers.{name}.reads: {other!r} and {learned!r} are cut from the same captchas, "
            "and the breaker has seen some of them"
        )
