"""A plan before it is carried out: its steps, which of them are done, and what is odd about it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.datasets.generator import Generator
from harness.measurements.planning import plan
from harness.pipeline.runner import finished
from harness.pipeline.step import Step
from harness.pipeline.store import Store
from harness.runs.expected_time import Expectation, duration, expected_time
from harness.sweep.model import SweepSpec
from harness.sweep.specs import BreakerSpec
from reports.tries_spent import days

MANY = 5_000  # steps beyond which hardly anybody meant it
FEWER = {
    "transfer": "read the images of an attack again; fewer breakers, `attacks = [...]` of a "
    "breaker, or `transfer = false` make fewer",
    "craft": "attack a breaker; `attacks = [...]` and `defenses = [...]` of a breaker make fewer",
    "train": "train a breaker; shorter lists below `vary` make fewer",
    "read": "read clean captchas; shorter lists below `vary` make fewer",
}


@dataclass(frozen=True)
class PlanView:
    """The steps of a sweep as they would be carried out.

    Attributes:
        sweep: the sweep.
        steps: in their order.
        done: whether each of them is done.
        expected: time of those that are not.
    """

    sweep: SweepSpec
    steps: Sequence[Step]
    done: Sequence[bool]
    expected: Expectation

    def as_json(self) -> list[dict[str, object]]:
        """Give each step, whether it is done, and how long it may take if that is known."""
        return [
            {**step.model_dump(mode="json"), "done": done, **self._time_of(step)}
            for step, done in zip(self.steps, self.done, strict=True)
        ]

    def _time_of(self, step: Step) -> dict[str, object]:
        """Give the seconds that a step may take, and where they come from; None: unknown."""
        expected = self.expected.steps.get(step.label)
        return {
            "expected_seconds": round(expected.seconds, 1) if expected else None,
            "expected_from": expected.source if expected else None,
        }

    def _line(self, step: Step, done: bool) -> str:
        expected = self.expected.steps.get(step.label)
        time = f"  (about {duration(expected.seconds)})" if expected else ""
        return f"{'done' if done else '-':5} {step.kind:12} {step.digest[:8]}  {step.label}{time}"

    def as_text(self) -> str:
        """Write a line for each step, how many there are and how long they take; remarks."""
        lines = [self._line(step, done) for step, done in zip(self.steps, self.done, strict=True)]
        total, done = len(self.steps), sum(self.done)
        if total > done:
            lines.append(f"what is to do takes {self.expected}")
        lines.append(f"{total} steps, {done} done, {total - done} to do")
        return "\n".join([*lines, *remarks(self.sweep, self.steps)])


def planned(sweep: SweepSpec, home: Path) -> PlanView:
    """Plan a sweep, and look up in the store of a home which steps are done."""
    steps, store = plan(sweep).steps, Store(home)
    done = [finished(step, store) is not None for step in steps]
    missing = [step for step, is_done in zip(steps, done, strict=True) if not is_done]
    return PlanView(sweep, steps, done, expected_time(missing, store, steps))


def remarks(sweep: SweepSpec, steps: Sequence[Step]) -> Iterator[str]:
    """Write lines on what is odd about a plan: its folders of captchas, or too many steps."""
    for name, dataset in sweep.datasets.items():
        if isinstance(dataset.options, Generator):
            for warning in dataset.options.warnings():
                yield f"datasets.{name}: {warning}"
    for name, breaker in sweep.breakers.items():
        if breaker.labelled_by_site:
            yield f"breakers.{name}: {_asking(sweep, breaker)}"
    if len(steps) <= MANY:
        return
    counts = Counter(str(getattr(step.work, "step", "")) for step in steps)
    kind, count = counts.most_common(1)[0]
    yield f"{len(steps):,} steps: {count:,} of them {FEWER.get(kind, f'are of the kind {kind}')}"


def _asking(sweep: SweepSpec, breaker: BreakerSpec) -> str:
    """Write how often a breaker will ask the site, and how long that takes an attacker."""
    captchas = sweep.datasets[breaker.dataset].train
    tries, a_day = breaker.tries_in_all(captchas), sweep.tries_per_day
    rounds = f"{breaker.rounds} round{'s' * (breaker.rounds > 1)}"
    return (
        f"{breaker.hand_labelled(captchas):,} labels by hand, and {tries:,} tries at the site in "
        f"{rounds}: {days(tries / a_day)} at {a_day:,} tries a day"
    )
