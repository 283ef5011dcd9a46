"""Audits, planned: an undefended breaker reads the captchas of a page."""

from harness.measurements.audits.work import Audit, AuditEntry
from harness.measurements.training.work import DefendedBreaker
from harness.pipeline.builder import StepBuilder
from harness.results.rows.row import UNDEFENDED
from harness.sweep.model import SweepSpec


def plan_audits(builder: StepBuilder, sweep: SweepSpec) -> None:
    """Plan all audits of a sweep."""
    for name, spec in sweep.audits.items():
        (form,) = builder.entries(DefendedBreaker, breaker=spec.breaker, defense=UNDEFENDED)
        work = Audit(audit=spec.model_copy(update={"breaker": ""}), victim=form.ref, test=form.test)
        step = builder.add(work, f"audit {name} at {spec.url}", *form.needs)
        builder.enter(AuditEntry(form.dataset, spec.breaker, name, spec.url, step))
