"""The steps of a sweep while it is expanded: each once, named by what it does."""

from collections.abc import Iterable
from typing import Any, TypeVar

from harness.options import asked_for, digest
from harness.pipeline.plan import Plan, matching
from harness.pipeline.step import Entry, Step, Work
from harness.seeds import child_seed

EDITION = 1  # raise it when all steps' results change for the same spec; of one row: its own
E = TypeVar("E", bound=Entry)


class StepBuilder:
    """Collects the steps of a sweep, and the entries of its measurements.

    Attributes:
        steps: digest -> step, in an order that respects their needs.
    """

    def __init__(self, seed: int) -> None:
        """Begin with nothing; `seed` is the sweep's."""
        self.steps: dict[str, Step] = {}
        self._seed = seed
        self._labels: set[str] = set()
        self._entries: dict[str, dict[Entry, None]] = {}  # in their order, each once
        self._of_breakers: dict[tuple[str, str], list[Entry]] = {}

    def add(self, work: Work, label: str, *needs: str | None) -> str:
        """Add a step, unless it is there.

        Args:
            work: what it does.
            label: what a person calls it.
            needs: digests of steps that must be done before; None counts as none.

        Returns:
            Its digest.
        """
        content = {"edition": EDITION, "step": work.step, "work": asked_for(work)}
        if work.edition > 1:
            content["step_edition"] = work.edition
        for part in work.parts():
            if part.edition > 1:
                content["own_edition"] = part.edition
        name = digest(content)
        if name not in self.steps:
            self.steps[name] = Step(
                kind=work.kind,
                digest=name,
                label=self._label(label, work.step, name),
                needs=tuple((self.steps[need].kind, need) for need in needs if need),
                work=work,
            )
        return name

    def _label(self, label: str, kind: str, name: str) -> str:
        """Choose a label that no other step has: a defense called train would give some twice."""
        tried = (label, f"{label} ({kind})", f"{label} ({kind} {name[:8]})")
        free = next(each for each in tried if each not in self._labels)
        self._labels.add(free)
        return free

    def seed(self, purpose: str, *content: Any) -> int:
        """Derive the seed of a step from the sweep's and from what the step is made of."""
        return child_seed(self._seed, purpose, digest(list(content)))

    def enter(self, entry: Entry) -> None:
        """List an entry for the report, unless it is listed."""
        listed = self._entries.setdefault(entry.measurement, {})
        if entry not in listed:
            listed[entry] = None
            breaker = getattr(entry, "breaker", "")  # data sets and GANs have none
            self._of_breakers.setdefault((entry.measurement, breaker), []).append(entry)

    def entries(self, kind: type[E], **facts: Any) -> list[E]:
        """List the entries of a kind that agree with some facts, in order.

        To ask for a breaker's takes as long as that breaker has entries, not as all have.
        """
        listed: Iterable[Entry] = self._entries.get(kind.measurement, ())
        if "breaker" in facts:
            listed = self._of_breakers.get((kind.measurement, facts["breaker"]), ())
        return matching(listed, kind, facts)

    def plan(self) -> Plan:
        """Give the plan."""
        listed = {name: tuple(entries) for name, entries in self._entries.items()}
        return Plan(steps=tuple(self.steps.values()), entries=listed)
