"""Visits: the work of Chromium before a captcha page, and its entries."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import SerializeAsAny

from harness.attacks.attack import Attack
from harness.measurements.training.work import BreakerRef
from harness.options import Options
from harness.pipeline.step import Entry, Kind, Work
from harness.sweep.specs import VisitSpec


class Visit(Work):
    """Let Chromium visit a captcha page, and a breaker answer there."""

    kind: ClassVar[Kind] = "visits"
    step: Literal["visit"] = "visit"
    visit: VisitSpec
    victim: BreakerRef
    test: str
    attack: SerializeAsAny[Attack] | None
    seed: int

    def parts(self) -> tuple[Options, ...]:
        """See Work."""
        return (self.attack,) if self.attack else ()


@dataclass(frozen=True)
class VisitEntry(Entry):
    """Visits of a breaker in a plan; `reading` is the step in which it reads clean captchas."""

    measurement: ClassVar[str] = "visits"
    dataset: str
    breaker: str
    variant: str
    defense: str
    visit: str
    reading: str
