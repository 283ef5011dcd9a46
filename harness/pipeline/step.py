"""Steps: units of work, named by the digest of what they do and need."""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import SerializeAsAny

from harness.options import Options

Kind = str  # of artifacts: the folder of the store that they lie in


class Work(Options):
    """The work of a step: its options; the base of all kinds of work.

    Attributes:
        kind: of the artifact that it leaves.
        step: the kind of work, in one term; the same in every plan.
    """

    kind: ClassVar[Kind]
    step: str

    def parts(self) -> tuple[Options, ...]:
        """List the options of the rows that do it; their editions are part of its digest."""
        return ()


class RowWork(Work):
    """Base of work that is done by one row of a table, with its options."""

    options: SerializeAsAny[Options]

    def parts(self) -> tuple[Options, ...]:
        """See Work."""
        return (self.options,)


class StepName(Options):
    """The name of a step: its digest, label and needs, without its work.

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
    """A step: one unit of work."""

    work: SerializeAsAny[Work]


@dataclass(frozen=True)
class Entry:
    """An entry of a plan: facts and digests of steps, from which a measurement gathers its rows.

    Attributes:
        measurement: the name under which a plan lists entries of this class.
    """

    measurement: ClassVar[str]
