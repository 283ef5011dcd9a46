"""A whole sweep: what a sweep file asks for, its names and numbers fitting together."""

from typing import Annotated, Self

from pydantic import Field, ValidationInfo, model_validator

from harness.fitting import MisfitError, misfits
from harness.specs import (
    AttackSpec,
    BreakerSpec,
    Count,
    DatasetSpec,
    DefenseSpec,
    DetectorSpec,
    Epsilon,
    GanSpec,
    Name,
    Options,
    VisitSpec,
)


class SweepSpec(Options):
    """A whole request: what to draw, train, attack and defend."""

    name: Name
    title: str = ""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    tries_per_day: Count = Field(100_000, description="that an attacker gets at the captcha")
    # Nothing is what no file can ask for: so leaving them out is told from any radii.
    epsilons: Annotated[tuple[Epsilon, ...], Field(min_length=1)] = ()
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

    @model_validator(mode="after")
    def _all_fits(self, asked: ValidationInfo) -> Self:
        """Refuse what does not fit together; in `context`, the names of the file's tables."""
        mistakes = misfits(self, asked.context)
        if mistakes:
            raise MisfitError(mistakes)
        return self
