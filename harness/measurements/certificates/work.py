"""Certificates: the work of bounding a breaker around clean captchas, and its entries."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from harness.pipeline.step import Entry, Kind, Work


class Certify(Work):
    """Bound what a breaker can read of any image in each linf ball around clean captchas."""

    kind: ClassVar[Kind] = "certificates"
    edition: ClassVar[int] = 3
    step: Literal["certify"] = "certify"
    breaker: str
    test: str
    epsilons: tuple[float, ...]
    boxes: int


@dataclass(frozen=True)
class CertificateEntry(Entry):
    """The certificates of a breaker; `reading` is the step that reads the clean captchas."""

    measurement: ClassVar[str] = "certificates"
    dataset: str
    breaker: str
    defense: str
    certificate: str
    reading: str
