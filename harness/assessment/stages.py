"""Stages of an assessment: breakers in the order in which an attacker would try them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.breakers.architecture import Architecture
from harness.measurements.audits.work import AuditEntry
from harness.measurements.reading.work import ReadingEntry
from harness.measurements.visits.work import VisitEntry
from harness.pipeline.plan import Plan
from harness.pipeline.step import StepName
from harness.sweep.model import SweepSpec
from harness.sweep.specs import BreakerSpec


@dataclass(frozen=True)
class Stage:
    """A breaker that is tried, with an answer at the end.

    Attributes:
        title: of the stage, for people.
        breaker: its name; empty of what concerns all.
        steps: that are carried out, without those that earlier stages have.
        is_vital: it is the training on all labels, without which a captcha is not said to stand;
            where time is short, it goes before the trainings on few.
    """

    title: str
    breaker: str
    steps: Sequence[StepName]
    is_vital: bool = False


def stages(sweep: SweepSpec, plan: Plan) -> list[Stage]:
    """Divide the steps of a sweep into stages: each breaker, those with fewer labels first.

    Args:
        sweep: of an assessment, or any other.
        plan: of the sweep.

    Returns:
        Those that have steps, in their order; each step is in one of them.
    """
    done: set[str] = set()
    divided = []
    labels = {name: _labels(sweep, breaker) for name, breaker in sweep.breakers.items()}
    most = max(labels.values())
    free = [name for name in labels if sweep.breakers[name].labelled_by_site]
    others = sorted((n for n in labels if n not in free), key=lambda name: labels[name])
    for name in (*others, *free):
        steps = [s for s in plan.behind(*_ends(plan, name)) if s.digest not in done]
        done |= {step.digest for step in steps}
        is_vital = labels[name] == most > 0 and name not in free
        title = "labels for free" if name in free else _title(labels[name], most)
        divided.append(Stage(f"{title}, {name}", name, steps, is_vital))
    rest = [step for step in plan.steps if step.digest not in done]
    divided.append(Stage("further readings", "", rest))
    return [stage for stage in divided if stage.steps]


def _ends(plan: Plan, breaker: str) -> Iterator[str]:
    """List the steps in which a breaker reads, or visits a page, or audits it."""
    yield from (entry.reading for entry in plan.find(ReadingEntry, breaker=breaker))
    yield from (entry.visit for entry in plan.find(VisitEntry, breaker=breaker))
    yield from (entry.audit for entry in plan.find(AuditEntry, breaker=breaker))


def _title(labels: int, most: int) -> str:
    if not labels:
        return "without labels"
    return f"{'all ' if labels == most else ''}{labels:,} labels"


def _labels(sweep: SweepSpec, breaker: BreakerSpec) -> int:
    """Count the labelled captchas that a breaker learns from; 0 of one that learns nothing."""
    if not isinstance(breaker.options, Architecture):
        return 0
    return breaker.hand_labelled(sweep.datasets[breaker.dataset].train)
