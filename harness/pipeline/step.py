"""A step: one unit of work, named by what it does and by what it needs."""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import SerializeAsAny

from harness.options import Options

Kind = str  # of artifacts: the folder of the store that they lie in


class Work(Options):
    """Base of what a step can do.

    Attributes:
        kind: of the artifact that it leaves.
        step: what it does, in one word; the same in every plan.
    """

    kind: ClassVar[Kind]
    step: str

    def parts(self) -> tuple[Options, ...]:
        """List the rows of tables that it is done by; their editions are part of its name."""
        return ()


class StepName(Options):
    """A step by its name, without what it does.

    Attributes:
        kind: the kind of artifact that it leaves.
        digest: the artifact's name.
        label: what a person calls it.
        needs: kind and digest of the steps that must be done before.
    """

    kind: Kind
    digest: str
    label: str
    needs: tuple[tuple[Kind, str], ...]


class Step(StepName):
    """One unit of work."""

    work: SerializeAsAny[Work]


@dataclass(frozen=True)
class Entry:
    """Base of what a plan says of a measurement: facts and digests of steps, for its rows.

    Attributes:
        measurement: the name under which a plan lists these entries.
    """

    measurement: ClassVar[str]
