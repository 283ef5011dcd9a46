"""A plan: the steps of a sweep in order, each once, and the entries of its measurements."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from pydantic import Field, InstanceOf

from harness.options import Options
from harness.pipeline.step import Entry, Step

E = TypeVar("E", bound=Entry)


class Plan(Options):
    """The plan of a sweep: all steps, in an order that respects their needs.

    Attributes:
        steps: each once.
        entries: measurement -> its entries, from which its rows are gathered.
    """

    steps: tuple[Step, ...]
    entries: dict[str, tuple[InstanceOf[Entry], ...]] = Field(repr=False)

    def find(self, kind: type[E], **facts: object) -> list[E]:
        """List the entries of a kind that agree with some facts, as in breaker="small"."""
        return matching(self.entries.get(kind.measurement, ()), kind, facts)

    def behind(self, *digests: str) -> list[Step]:
        """List some steps and all that they need, in order."""
        wanted = set(digests)
        for step in reversed(self.steps):
            if step.digest in wanted:
                wanted |= {digest for _kind, digest in step.needs}
        return [step for step in self.steps if step.digest in wanted]


def matching(entries: Iterable[Entry], kind: type[E], facts: Mapping[str, object]) -> list[E]:
    """Filter entries by their kind and by facts."""
    return [
        entry
        for entry in entries
        if isinstance(entry, kind)
        and all(getattr(entry, name) == value for name, value in facts.items())
    ]
