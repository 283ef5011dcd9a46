"""What is asked of certificates: bounds around clean captchas."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from harness.pipeline.step import Entry, Kind, Work


class Certify(Work):
    """Bound what a breaker can answer within each linf ball around clean captchas."""

    kind: ClassVar[Kind] = "certificates"
    edition: ClassVar[int] = 3
    step: Literal["certify"] = "certify"
    breaker: str
    test: str
    epsilons: tuple[float, ...]
    boxes: int


@dataclass(frozen=True)
class CertificateEntry(Entry):
    """What a breaker with a defense certifies; `reading` is the same breaker on clean captchas."""

    measurement: ClassVar[str] = "certificates"
    dataset: str
    breaker: str
    defense: str
    certificate: str
    reading: str
