"""What is asked of a reading in the dark: the test captchas, darker and darker."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from harness.measurements.training.work import BreakerRef
from harness.pipeline.step import Entry, Kind, Work


class ReadDarkened(Work):
    """Read test captchas whose pixels are multiplied by shares of their brightness."""

    kind: ClassVar[Kind] = "darkened"
    step: Literal["read_darkened"] = "read_darkened"
    victim: BreakerRef
    test: str
    shares: tuple[float, ...]


@dataclass(frozen=True)
class DarkenedEntry(Entry):
    """A breaker with a defense, in the dark."""

    measurement: ClassVar[str] = "darkened"
    breaker: str
    defense: str
    darkened: str
