"""Trainings, planned: each breaker as it is trained, then with each of its defenses."""

from collections.abc import Iterator, Sequence

from harness.breakers.architecture import Architecture
from harness.breakers.foundation import Foundation
from harness.breakers.pretrained import Pretrained
from harness.breakers.ready_made_reader import ReadyMadeReader
from harness.defenses.defense import InputDefense, LearnedDefense, TrainingDefense
from harness.measurements.datasets.plan import draw, draw_if_any
from harness.measurements.free_labels.rounds import Round, rounds
from harness.measurements.training.work import (
    Adapt,
    BreakerRef,
    DefendedBreaker,
    Denoise,
    Import,
    Strengthen,
    Train,
)
from harness.pipeline.builder import StepBuilder
from harness.results.rows.row import UNDEFENDED
from harness.sweep.model import SweepSpec
from harness.sweep.starts import FOUNDATION, start_of


def defended_forms(builder: StepBuilder, sweep: SweepSpec, name: str) -> Iterator[DefendedBreaker]:
    """Plan a breaker as it is trained, then each of its defenses."""
    breaker = sweep.breakers[name]
    trained = _obtained(builder, sweep, name)
    test = draw(builder, sweep, breaker.dataset, "test")
    yield _form(
        builder,
        DefendedBreaker(breaker.dataset, name, UNDEFENDED, BreakerRef(breaker=trained), test),
    )
    for defense in sweep.defenses if breaker.defenses is None else breaker.defenses:
        options = sweep.defenses[defense].options
        marks: tuple[str, ...] = ()
        if isinstance(options, InputDefense):
            ref = _filtered(builder, sweep, breaker.dataset, trained, options)
        else:
            ref, marks = _strengthened(builder, sweep, name, defense, trained)
        yield _form(builder, DefendedBreaker(breaker.dataset, name, defense, ref, test, marks))


def black_box(builder: StepBuilder, sweep: SweepSpec, name: str) -> DefendedBreaker:
    """Plan a breaker without gradients: a ready-made reader, or a file that shows scores alone."""
    breaker = sweep.breakers[name]
    test = draw(builder, sweep, breaker.dataset, "test")
    ref = _reference(builder, sweep, name)
    return _form(builder, DefendedBreaker(breaker.dataset, name, UNDEFENDED, ref, test))


def label_rounds(builder: StepBuilder, sweep: SweepSpec, name: str) -> list[Round]:
    """Plan the rounds of a breaker whose labels a site gives away: asking, then training."""
    breaker = sweep.breakers[name]
    train = draw(builder, sweep, breaker.dataset, "train")
    readers = [_reference(builder, sweep, name, breaker.dataset) for name in breaker.readers]

    def fit(collections: Sequence[str]) -> str:
        number = len(collections)
        last = number == breaker.rounds
        label = f"train {name}" if last else f"train {name} after round {number}"
        return _fit(builder, sweep, name, label, collections)

    captchas = sweep.datasets[breaker.dataset].train
    return rounds(builder, name, breaker, (train, captchas), readers, fit)


def denoise(builder: StepBuilder, sweep: SweepSpec, dataset: str) -> str:
    """Plan the autoencoder of a data set; gives the step's digest."""
    train = draw(builder, sweep, dataset, "train")
    work = Denoise(train=train, seed=builder.seed("denoise", train))
    return builder.add(work, f"denoise {dataset}", train)


def _form(builder: StepBuilder, form: DefendedBreaker) -> DefendedBreaker:
    builder.enter(form)
    return form


def _import(builder: StepBuilder, sweep: SweepSpec, name: str) -> str:
    """Plan that a model's file is taken into the store; gives the step's digest."""
    breaker = sweep.breakers[name]
    if not isinstance(breaker.options, Pretrained):
        raise TypeError(f"breakers.{name} is no file")
    test = draw(builder, sweep, breaker.dataset, "test")
    work = Import(architecture=breaker.architecture, options=breaker.options, test=test)
    return builder.add(work, f"import {name}", test)


def _reference(builder: StepBuilder, sweep: SweepSpec, name: str, dataset: str = "") -> BreakerRef:
    """Refer to a breaker as it is, without a defense; what it needs is planned.

    Args:
        builder: gets the steps.
        sweep: the request.
        name: of the breaker; or foundation, without a table of its own.
        dataset: for the foundation.
    """
    if name == FOUNDATION and name not in sweep.breakers:
        return BreakerRef(breaker=_adapt(builder, sweep, dataset, Foundation()))
    breaker = sweep.breakers[name]
    if isinstance(breaker.options, ReadyMadeReader):
        return BreakerRef(ready_made=breaker.architecture, options=breaker.options)
    return BreakerRef(breaker=_obtained(builder, sweep, name))


def _obtained(builder: StepBuilder, sweep: SweepSpec, name: str) -> str:
    """Plan how a breaker comes about: it is trained, imported or adapted; gives the digest."""
    breaker = sweep.breakers[name]
    if breaker.is_pretrained:
        return _import(builder, sweep, name)
    if isinstance(breaker.options, Foundation):
        begin = start_of(sweep, name)
        start = _obtained(builder, sweep, begin) if begin in sweep.breakers else None
        return _adapt(builder, sweep, breaker.dataset, breaker.options, start)
    return _train(builder, sweep, name)


def _adapt(
    builder: StepBuilder,
    sweep: SweepSpec,
    dataset: str,
    options: Foundation,
    start: str | None = None,
) -> str:
    """Plan that the foundation, or another breaker, is brought to a data set; gives the digest."""
    test = draw(builder, sweep, dataset, "test")
    work = Adapt(options=options, test=test, start=start)
    name = "another breaker" if start else "the foundation"
    return builder.add(work, f"adapt {name} to {dataset}", test, start)


def _train(builder: StepBuilder, sweep: SweepSpec, name: str) -> str:
    """Plan the training of a breaker; gives the step's digest."""
    if sweep.breakers[name].labelled_by_site:
        return label_rounds(builder, sweep, name)[-1].trained
    return _fit(builder, sweep, name, f"train {name}")


def _fit(
    builder: StepBuilder,
    sweep: SweepSpec,
    name: str,
    label: str,
    collections: Sequence[str] = (),
) -> str:
    """Plan one training of a breaker; gives the step's digest.

    Args:
        builder: gets the steps.
        sweep: the request.
        name: of the breaker.
        label: of the step.
        collections: steps whose accepted captchas it learns from, besides those labelled by hand.
    """
    breaker = sweep.breakers[name]
    if not isinstance(breaker.options, Architecture):
        raise TypeError(f"breakers.{name} is not trained")
    train = draw(builder, sweep, breaker.dataset, "train")
    validation, images = None, breaker.images
    if breaker.labelled_by_site:  # who has no labels has none to validate on
        images = breaker.hand_labelled(sweep.datasets[breaker.dataset].train)
    else:
        validation = draw_if_any(builder, sweep, breaker.dataset, "validation")
    draw(builder, sweep, breaker.dataset, "test")
    begin = start_of(sweep, name)
    start = None
    if begin == FOUNDATION and begin not in sweep.breakers:
        start = _adapt(builder, sweep, breaker.dataset, Foundation())
    elif begin:
        start = _obtained(builder, sweep, begin)
    repeat = breaker.options.repeat  # makes the seed of a repeated training another one
    work = Train(
        architecture=breaker.architecture,
        options=breaker.options,
        train=train,
        images=images,
        validation=validation,
        start=start,
        seed=builder.seed("train", breaker.architecture, train, *([repeat] if repeat else [])),
        accepted=tuple(collections),
    )
    return builder.add(work, label, train, validation, start, *collections)


def _filtered(
    builder: StepBuilder, sweep: SweepSpec, dataset: str, trained: str, options: InputDefense
) -> BreakerRef:
    """Put a filter before a breaker; a filter that learns is trained first."""
    learned = denoise(builder, sweep, dataset) if isinstance(options, LearnedDefense) else None
    return BreakerRef(breaker=trained, before=options, learned=learned)


def _strengthened(
    builder: StepBuilder, sweep: SweepSpec, name: str, defense: str, trained: str
) -> tuple[BreakerRef, tuple[str, ...]]:
    """Plan the further training of a breaker; gives it with the warnings that its figures carry."""
    breaker, spec = sweep.breakers[name], sweep.defenses[defense]
    if not isinstance(spec.options, TrainingDefense):
        raise TypeError(f"defenses.{defense} trains nothing")
    validation = draw_if_any(builder, sweep, breaker.dataset, "validation")
    split = spec.options.split()
    data = draw_if_any(builder, sweep, breaker.dataset, split)
    data = data or draw(builder, sweep, breaker.dataset, "train")
    work = Strengthen(
        defense=spec.defense,
        options=spec.options,
        breaker=trained,
        data=data,
        validation=validation,
        seed=builder.seed("strengthen", spec.defense, trained),
    )
    stronger = builder.add(work, f"{defense} {name}", trained, data, validation)
    return BreakerRef(breaker=stronger), ("leaking_protocol",) if split == "test" else ()
