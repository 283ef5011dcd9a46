"""Labels for free: the work of asking the site, of reading what was held out, and its entries."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from harness.measurements.training.work import BreakerRef
from harness.pipeline.step import Entry, Kind, Work


class Collect(Work):
    """Answer fresh captchas with the best of some readers, and keep those that were accepted.

    Attributes:
        readers: the candidates; those of an earlier round come first, in the same order.
        train: the step that draws the captchas; each try is another one.
        first: the first captcha that is tried.
        tries: captchas that are tried.
        probes: tries by which a reader without a record is compared with the others.
        before: collections of earlier rounds, the record of their readers.
    """

    kind: ClassVar[Kind] = "accepted"
    step: Literal["collect"] = "collect"
    readers: tuple[BreakerRef, ...]
    train: str
    first: int
    tries: int
    probes: int
    before: tuple[str, ...] = ()


class ReadHeldOut(Work):
    """Read accepted captchas that a breaker has not learned from, as its trainer could."""

    kind: ClassVar[Kind] = "held_out"
    step: Literal["read_held_out"] = "read_held_out"
    breaker: str
    train: str
    collection: str


@dataclass(frozen=True)
class FreeLabelsEntry(Entry):
    """A breaker after a round of asking the site, in a plan; round 0: before the first one.

    Attributes:
        readers: names of the candidates of the round, as its collection has them.
        labels_by_hand: captchas labelled by hand.
        collections: steps that asked the site, of all rounds so far.
        trained: the step that trained it on what there is after the round.
        reading: the step in which it reads fresh test captchas.
        held_out: the step in which it reads held-out accepted ones; None before the first round.
    """

    measurement: ClassVar[str] = "free_labels"
    dataset: str
    breaker: str
    round: int
    readers: tuple[str, ...]
    labels_by_hand: int
    collections: tuple[str, ...]
    trained: str
    reading: str
    held_out: str | None
