"""Visits, planned: an undefended breaker before a captcha page."""

from harness.measurements.reading.plan import reading_of
from harness.measurements.training.work import DefendedBreaker
from harness.measurements.visits.work import Visit, VisitEntry
from harness.pipeline.builder import StepBuilder
from harness.pipeline.plan import Plan
from harness.pipeline.step import Step
from harness.results.rows.row import UNDEFENDED
from harness.sweep.model import SweepSpec


def plan_visits(builder: StepBuilder, sweep: SweepSpec) -> None:
    """Plan all visits of a sweep."""
    for name, spec in sweep.visits.items():
        (form,) = builder.entries(DefendedBreaker, breaker=spec.breaker, defense=UNDEFENDED)
        work = Visit(
            visit=spec.model_copy(update={"breaker": ""}),
            victim=form.ref,
            test=form.test,
            attack=sweep.attacks[spec.attack].options if spec.attack else None,
            seed=builder.seed("visit", form.test),
        )
        needs = (*form.needs, reading_of(builder, form))
        step = builder.add(work, f"visit {name} with {spec.breaker}", *needs)
        noise = f"{spec.attack} {spec.epsilon:g}" if spec.attack else UNDEFENDED
        builder.enter(
            VisitEntry(form.dataset, spec.breaker, name, noise, step, reading_of(builder, form))
        )


def behind_visits(plan: Plan) -> list[Step]:
    """List the visits of a plan and all steps that they need, in order."""
    return plan.behind(*(entry.visit for entry in plan.find(VisitEntry)))
