"""The planning of a sweep: all steps in order, each once, by the functions of the measurements."""

from harness.measurements.catalog import measurements
from harness.measurements.training.plan import black_box, defended_forms
from harness.pipeline.builder import StepBuilder
from harness.pipeline.plan import Plan
from harness.sweep.model import SweepSpec


def plan(sweep: SweepSpec) -> Plan:
    """Expand a sweep into its plan: the same steps, digests and seeds on every machine."""
    builder = StepBuilder(sweep.seed)
    trained = [name for name, breaker in sweep.breakers.items() if not breaker.is_black_box]
    for name in trained:
        forms = []
        for form in defended_forms(builder, sweep, name):
            for measurement in measurements():
                measurement.for_defended(builder, sweep, form)
            forms.append(form)
        for measurement in measurements():
            measurement.for_breaker(builder, sweep, forms)
    for measurement in measurements():
        measurement.after_trained(builder, sweep)
    for name, breaker in sweep.breakers.items():
        if not breaker.is_black_box:
            continue
        form = black_box(builder, sweep, name)
        for measurement in measurements():
            measurement.for_defended(builder, sweep, form)
        for measurement in measurements():
            measurement.for_breaker(builder, sweep, [form])
    for measurement in measurements():
        measurement.for_sweep(builder, sweep)
    return builder.plan()
