"""GANs: the work of appraising their pictures, and their entries."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from harness.pipeline.step import Entry, Kind, Work


class Appraise(Work):
    """Look at what a GAN draws with a breaker that was trained on real pictures."""

    kind: ClassVar[Kind] = "appraisals"
    edition: ClassVar[int] = 2
    step: Literal["appraise"] = "appraise"
    network: str
    judge: str
    train: str
    images: int | None = None
    test: str
    count: int
    seed: int


@dataclass(frozen=True)
class GanEntry(Entry):
    """A GAN in a plan; `imitate` is the step that trains it, `appraise` the step of its judge."""

    measurement: ClassVar[str] = "gans"
    gan: str
    kind: str
    dataset: str
    judge: str
    imitate: str
    appraise: str | None
