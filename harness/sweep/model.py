"""A whole sweep: what a sweep file asks for; harness.sweep.consistency lists its misfits."""

import functools
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from harness.limits import Limits
from harness.options import Count, Epsilon, Name, Options, is_kept
from harness.sweep.specs import (
    AttackSpec,
    AuditSpec,
    BreakerSpec,
    DatasetSpec,
    DefenseSpec,
    DetectorSpec,
    GanSpec,
    VisitSpec,
)

LOADS_FOR_A_TRY = 10  # captchas that an attacker looks at, unless a sweep says how many
Price = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]  # dollars


class SweepSpec(Options):
    """A sweep: what to draw, train, attack, defend and visit."""

    name: Name
    title: str = ""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    tries_per_day: Count = Field(100_000, description="that an attacker gets at the captcha")
    loads_per_day: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = Field(
        None, description="captchas that an attacker gets to see; by default 10 for each try"
    )
    price_per_thousand: Price = Field(
        0.5, description="dollars that people are paid for solving 1,000 captchas"
    )
    price_per_label: Price | None = Field(
        None, description="dollars for a label by hand; not priced by default"
    )
    price_per_hour: Price | None = Field(
        None, description="dollars for an hour of the machine; not priced by default"
    )
    # Empty only where the file has no such key: an empty list is refused.
    epsilons: tuple[Epsilon, ...] = ()
    boxes: Count = Field(
        1_000, description="that are bounded to certify a captcha; 1: its ball is not cut"
    )
    datasets: Annotated[dict[Name, DatasetSpec], Field(min_length=1)]
    gans: dict[Name, GanSpec] = Field(default_factory=dict)
    breakers: Annotated[dict[Name, BreakerSpec], Field(min_length=1)]
    attacks: dict[Name, AttackSpec] = Field(default_factory=dict)
    defenses: dict[Name, DefenseSpec] = Field(default_factory=dict)
    detectors: dict[Name, DetectorSpec] = Field(default_factory=dict)
    visits: dict[Name, VisitSpec] = Field(default_factory=dict)
    audits: dict[Name, AuditSpec] = Field(default_factory=dict)
    limits: Limits = Field(Limits(), description="that figures must keep to, for a gate")

    @field_validator("epsilons")
    @classmethod
    def _radii(cls, epsilons: tuple[float, ...], info: ValidationInfo) -> tuple[float, ...]:
        if not epsilons and not is_kept(info):
            raise ValueError("[] holds no radius; add one, or leave epsilons out")
        return epsilons

    @property
    def loads(self) -> int:
        """Give the captchas that an attacker gets to see a day."""
        return self.loads_per_day or LOADS_FOR_A_TRY * self.tries_per_day

    def breakers_on(self, dataset: str) -> Sequence[BreakerSpec]:
        """List the breakers of a data set."""
        return self._breakers_on.get(dataset, ())

    @functools.cached_property
    def _breakers_on(self) -> Mapping[str, Sequence[BreakerSpec]]:
        listed: dict[str, list[BreakerSpec]] = {}
        for breaker in self.breakers.values():
            listed.setdefault(breaker.dataset, []).append(breaker)
        return listed
