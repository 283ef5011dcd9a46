"""Detection: the work of fitting, of scoring curves, and of adaptive attacks; and its entries."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import SerializeAsAny

from harness.detectors.detector import Detector
from harness.measurements.training.work import BreakerRef
from harness.options import Norm
from harness.pipeline.step import Entry, Kind, RowWork, Work


class Fit(RowWork):
    """Fit a detector to what a breaker makes of clean validation captchas."""

    kind: ClassVar[Kind] = "detectors"
    step: Literal["fit"] = "fit"
    detector: str
    options: SerializeAsAny[Detector]
    victim: BreakerRef
    validation: str
    test: str
    denoiser: str | None


class Look(Work):
    """Let a detector look at the images of a curve; `fit` left the artifact `fitted`."""

    kind: ClassVar[Kind] = "detections"
    edition: ClassVar[int] = 2
    step: Literal["look"] = "look"
    fit: Fit
    fitted: str
    curve: str
    test: str


class Evade(Work):
    """Attack a breaker and the detector over it at once."""

    kind: ClassVar[Kind] = "detections"
    edition: ClassVar[int] = 2
    step: Literal["evade"] = "evade"
    fit: Fit
    fitted: str
    epsilons: tuple[float, ...]
    test: str
    captchas: int
    steps: int
    seed: int


@dataclass(frozen=True)
class DetectionEntry(Entry):
    """A detector over a breaker under one attack, in a plan.

    Attributes:
        adaptive: whether the attack knows of the detector.
        fitted: the step with the detector's scores of clean captchas.
        detection: the step with its scores of perturbed ones.
        reading: the breaker on the clean ones.
        marks: codes of warnings that all its rows carry.
    """

    measurement: ClassVar[str] = "detection"
    dataset: str
    breaker: str
    detector: str
    attack: str
    norm: Norm
    epsilons: tuple[float, ...]
    adaptive: bool
    fitted: str
    detection: str
    reading: str
    marks: tuple[str, ...]
