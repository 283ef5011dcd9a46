"""Curves: the work of attacking over all radii and of transferring images, and their entries."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import SerializeAsAny

from harness.attacks.attack import Attack, Knowledge
from harness.measurements.training.work import BreakerRef
from harness.options import Norm
from harness.pipeline.step import Entry, Kind, RowWork, Work


class Craft(RowWork):
    """Craft a curve: attack one breaker at all radii."""

    kind: ClassVar[Kind] = "curves"
    step: Literal["craft"] = "craft"
    attack: str
    options: SerializeAsAny[Attack]
    epsilons: tuple[float, ...]
    victim: BreakerRef
    test: str
    captchas: int
    keep_images: bool
    seed: int


class Transfer(Work):
    """Read the images of a curve with another breaker."""

    kind: ClassVar[Kind] = "curves"
    step: Literal["transfer"] = "transfer"
    curve: str
    victim: BreakerRef
    test: str


@dataclass(frozen=True)
class CurveEntry(Entry):
    """A curve in a plan; `reading` is the step in which the same breaker reads clean captchas.

    Attributes:
        source: the breaker, or breaker+defense, whose answers or gradients the attack used.
        curve: the step that crafts or reads the images.
        marks: codes of warnings that all its rows carry.
    """

    measurement: ClassVar[str] = "curves"
    dataset: str
    breaker: str
    source: str
    knowledge: Knowledge
    defense: str
    attack: str
    norm: Norm
    epsilons: tuple[float, ...]
    curve: str
    reading: str
    marks: tuple[str, ...]
