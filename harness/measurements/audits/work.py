"""Audits: the work of looking for holes in a captcha page, and its entries."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from harness.measurements.training.work import BreakerRef
from harness.pipeline.step import Entry, Kind, Work
from harness.sweep.specs import AuditSpec


class Audit(Work):
    """Audit a captcha page, with a breaker that reads its captchas."""

    kind: ClassVar[Kind] = "visits"
    step: Literal["audit"] = "audit"
    audit: AuditSpec
    victim: BreakerRef
    test: str


@dataclass(frozen=True)
class AuditEntry(Entry):
    """Audit of a page in a plan."""

    measurement: ClassVar[str] = "audits"
    dataset: str
    breaker: str
    page: str
    url: str
    audit: str
