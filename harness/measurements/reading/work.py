"""Readings: the work of reading clean test captchas with a breaker, and its entries."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from harness.measurements.training.work import BreakerRef
from harness.pipeline.step import Entry, Kind, Work


class Read(Work):
    """Read a clean split of captchas with a breaker: its texts, and how sure each of them is."""

    kind: ClassVar[Kind] = "readings"
    edition: ClassVar[int] = 2
    step: Literal["read"] = "read"
    victim: BreakerRef
    test: str
    bits: bool = False  # count the right bits of one-hot labels as well


@dataclass(frozen=True)
class ReadingEntry(Entry):
    """A breaker, with a defense or none, on clean captchas, in a plan.

    Attributes:
        trained: the step that trained it; None for a ready-made reader.
        reading: the step that reads.
        train_images: captchas of this data set that it was trained on.
        epochs: of its training.
        marks: codes of warnings.
        trained_on: the data set of its training, if that is another one.
    """

    measurement: ClassVar[str] = "reading"
    dataset: str
    breaker: str
    defense: str
    architecture: str
    trained: str | None
    reading: str
    train_images: int
    epochs: int
    marks: tuple[str, ...]
    trained_on: str = ""
