"""Precision at coverage: its entries; its steps are readings."""

from dataclasses import dataclass
from typing import ClassVar

from harness.pipeline.step import Entry


@dataclass(frozen=True)
class PrecisionEntry(Entry):
    """A breaker whose confidence decides what is submitted, in a plan.

    Attributes:
        reading: the step that reads the test captchas.
        chooses: the step that reads validation captchas, on which thresholds are chosen; None
            where the data set has too few of them.
    """

    measurement: ClassVar[str] = "precision"
    dataset: str
    breaker: str
    reading: str
    chooses: str | None
