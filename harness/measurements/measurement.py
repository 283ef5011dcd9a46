"""A measurement: its kinds of work, its entries in a plan, how it is planned and gathered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.training.work import DefendedBreaker
from harness.options import Options
from harness.pipeline.builder import StepBuilder
from harness.pipeline.context import StepContext
from harness.pipeline.step import Entry, Work
from harness.sweep.model import SweepSpec

Forms = Sequence[DefendedBreaker]
# Carries out one kind of work: Any, because each function takes the Work that it is listed under.
CarryOut: TypeAlias = Callable[[Any, StepContext], None]


def _nothing(*_: object) -> None:
    """Plan no step."""


@dataclass(frozen=True)
class Measurement:
    """A measurement: the functions that plan it, carry it out and gather its rows.

    Its functions take the builder and the sweep, and are called in this order: `for_defended` for
    each defended form of a breaker; `for_breaker` once all of its forms are planned;
    `after_trained` when all breakers that are trained are; both again for the ready-made ones; and
    `for_sweep` at the end.

    Attributes:
        name: under which a plan lists its entries.
        works: its kinds of work, each with the function that carries it out.
        entry: class of its entries in a plan; None where it has no steps.
        for_defended: plan steps for a breaker with one defense, or without.
        for_breaker: plan steps for a breaker and its defended forms, the undefended one first.
        after_trained: plan steps for all trained breakers together.
        for_sweep: plan steps that need the entries of all other measurements.
        gather: finished steps -> fields of the document, each with its rows.
    """

    name: str
    works: Mapping[type[Work], CarryOut] = field(default_factory=dict)
    entry: type[Entry] | None = None
    for_defended: Callable[[StepBuilder, SweepSpec, DefendedBreaker], None] = _nothing
    for_breaker: Callable[[StepBuilder, SweepSpec, Forms], None] = _nothing
    after_trained: Callable[[StepBuilder, SweepSpec], None] = _nothing
    for_sweep: Callable[[StepBuilder, SweepSpec], None] = _nothing
    gather: Callable[[FinishedSteps], Mapping[str, Sequence[Options]]] = lambda _finished: {}
