"""Training: the work of training breakers and filters, and breakers with their defenses."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pydantic import SerializeAsAny

from harness.breakers.architecture import Architecture
from harness.breakers.foundation import Foundation
from harness.breakers.pretrained import Pretrained
from harness.breakers.ready_made_reader import ReadyMadeReader
from harness.defenses.defense import InputDefense, TrainingDefense
from harness.options import Options
from harness.pipeline.step import Entry, Kind, RowWork, Work
from harness.results.rows.row import UNDEFENDED


class Train(RowWork):
    """Train one breaker."""

    kind: ClassVar[Kind] = "breakers"
    step: Literal["train"] = "train"
    architecture: str
    options: SerializeAsAny[Architecture]
    train: str
    images: int | None = None
    validation: str | None
    start: str | None = None
    seed: int
    accepted: tuple[str, ...] = ()  # steps that asked a site for more labels


class Adapt(RowWork):
    """Bring the foundation breaker to the alphabet and the length of a data set.

    Attributes:
        start: the step that trained another breaker, which takes the foundation's place.
    """

    kind: ClassVar[Kind] = "breakers"
    step: Literal["adapt"] = "adapt"
    options: Foundation
    test: str
    start: str | None = None


class Import(RowWork):
    """Take a model that somebody else has trained into the store."""

    kind: ClassVar[Kind] = "breakers"
    step: Literal["import"] = "import"
    architecture: str
    options: SerializeAsAny[Pretrained]
    test: str


class Strengthen(RowWork):
    """Train a breaker further, by a training defense."""

    kind: ClassVar[Kind] = "breakers"
    step: Literal["strengthen"] = "strengthen"
    defense: str
    options: SerializeAsAny[TrainingDefense]
    breaker: str
    data: str
    validation: str | None
    seed: int


class Denoise(Work):
    """Train a denoising autoencoder on clean captchas."""

    kind: ClassVar[Kind] = "denoisers"
    edition: ClassVar[int] = 2
    step: Literal["denoise"] = "denoise"
    train: str
    seed: int


class BreakerRef(Options):
    """A breaker, and the filter before it; or a ready-made reader, which no step has trained."""

    breaker: str | None = None
    before: SerializeAsAny[InputDefense] | None = None
    learned: str | None = None  # the step that trained the filter
    ready_made: str | None = None
    options: SerializeAsAny[ReadyMadeReader] | None = None


@dataclass(frozen=True)
class DefendedBreaker(Entry):
    """A breaker with one defense, or with none.

    Attributes:
        dataset: that it was trained on.
        breaker: its name in the sweep.
        defense: its name in the sweep; "none" as it was trained.
        ref: the steps and options from which it is loaded.
        test: the step that draws the test captchas that it is measured on.
        marks: codes of warnings that all its figures carry.
    """

    measurement: ClassVar[str] = "training"
    dataset: str
    breaker: str
    defense: str
    ref: BreakerRef = field(hash=False)
    test: str
    marks: tuple[str, ...] = ()

    @property
    def is_defended(self) -> bool:
        """Tell whether there is a defense."""
        return self.defense != UNDEFENDED

    @property
    def needs(self) -> tuple[str, ...]:
        """List the steps that it is loaded from, and that of its test captchas."""
        steps = (self.ref.breaker, self.ref.learned, self.test)
        return tuple(step for step in steps if step)

    @property
    def title(self) -> str:
        """Name it with its defense."""
        return f"{self.breaker} with {self.defense}" if self.is_defended else self.breaker
