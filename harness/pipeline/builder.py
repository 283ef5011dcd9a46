"""The builder of a plan: steps are added to it, each once, named by the digest of its work."""

from collections.abc import Iterable
from typing import TypeVar

from harness.options import Json, asked_for, digest
from harness.pipeline.plan import Plan, matching
from harness.pipeline.step import Entry, Step, Work
from harness.seeds import child_seed

EDITION = 1  # raise it when all steps' results change for the same spec; rows have editions too
E = TypeVar("E", bound=Entry)


class StepBuilder:
    """Collects the steps of a sweep, and the entries of its measurements.

    Attributes:
        steps: digest -> step, in an order that respects their needs.
    """

    def __init__(self, seed: int) -> None:
        """Begin an empty plan; `seed` is the sweep's."""
        self.steps: dict[str, Step] = {}
        self._seed = seed
        self._labels: set[str] = set()
        self._entries: dict[str, dict[Entry, None]] = {}  # in their order, each once
        self._of_breakers: dict[tuple[str, str], list[Entry]] = {}

    def add(self, work: Work, label: str, *needs: str | None) -> str:
        """Add a step, unless the same work was added before.

        Args:
            work: what the step does.
            label: what a person calls it.
            needs: digests of the steps that must be done before; None is left out.

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
        free = next(text for text in tried if text not in self._labels)
        self._labels.add(free)
        return free

    def seed(self, purpose: str, *content: Json) -> int:
        """Derive the seed of a step from the sweep's and from what the step is made of."""
        return child_seed(self._seed, purpose, digest(list(content)))

    def enter(self, entry: Entry) -> None:
        """Enter an entry into the plan, unless it is entered already."""
        listed = self._entries.setdefault(entry.measurement, {})
        if entry not in listed:
            listed[entry] = None
            breaker = getattr(entry, "breaker", "")  # data sets and GANs have none
            self._of_breakers.setdefault((entry.measurement, breaker), []).append(entry)

    def entries(self, kind: type[E], **facts: object) -> list[E]:
        """List the entries of a kind that agree with some facts, in order.

        Entries are indexed by `breaker`: a search by that fact looks at those of one breaker only.
        """
        listed: Iterable[Entry] = self._entries.get(kind.measurement, ())
        if "breaker" in facts:
            listed = self._of_breakers.get((kind.measurement, str(facts["breaker"])), ())
        return matching(listed, kind, facts)

    def plan(self) -> Plan:
        """Build the plan of all steps and entries so far."""
        listed = {name: tuple(entries) for name, entries in self._entries.items()}
        return Plan(steps=tuple(self.steps.values()), entries=listed)
