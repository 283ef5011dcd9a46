"""Certificates, planned: for breakers whose defense lets bounds be computed."""

from harness.attacks.radii import radii
from harness.defenses.robust_training import RobustTraining
from harness.measurements.certificates.work import CertificateEntry, Certify
from harness.measurements.reading.plan import reading_of
from harness.measurements.training.work import DefendedBreaker
from harness.pipeline.builder import StepBuilder
from harness.sweep.model import SweepSpec


def plan_certificate(builder: StepBuilder, sweep: SweepSpec, form: DefendedBreaker) -> None:
    """Plan the certificates of a breaker at the sweep's radii, if its defense certifies."""
    defense = sweep.defenses[form.defense].options if form.is_defended else None
    if not (isinstance(defense, RobustTraining) and defense.certifies and form.ref.breaker):
        return
    trained = form.ref.breaker
    work = Certify(
        breaker=trained,
        test=form.test,
        epsilons=radii(sweep.epsilons),
        boxes=sweep.boxes,
    )
    step = builder.add(work, f"certify {form.title}", trained, form.test)
    builder.enter(
        CertificateEntry(form.dataset, form.breaker, form.defense, step, reading_of(builder, form))
    )
