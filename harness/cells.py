"""What a plan lists for the report: data sets, breakers on clean captchas, and curves."""

from dataclasses import dataclass

from harness.attacks.attack import Knowledge
from harness.options import Split
from harness.options import Norm


@dataclass(frozen=True)
class Drawn:
    """One split of a data set, as the report lists it; `draw` is the step that makes it."""

    dataset: str
    split: Split
    draw: str


@dataclass(frozen=True)
class Imitation:
    """A GAN, as the report lists it; `imitate` trains it, `appraise` looks at what it draws."""

    gan: str
    kind: str
    dataset: str
    judge: str
    imitate: str
    appraise: str | None


@dataclass(frozen=True)
class Reading:
    """A breaker with a defense, as the report lists it; a ready-made one was not trained.

    `trained_on` names the data set that it was trained on, if that is another one.
    """

    dataset: str
    breaker: str
    defense: str
    architecture: str
    trained: str | None
    reading: str
    train_images: int
    epochs: int
    marks: tuple[str, ...]
    trained_on: str = ""


@dataclass(frozen=True)
class Certificate:
    """What a breaker with a defense certifies, as the report lists it."""

    dataset: str
    breaker: str
    defense: str
    certificate: str
    reading: str


@dataclass(frozen=True)
class Guarded:
    """A detector over a breaker under one attack; `adaptive`: an attack that knows of it.

    `fitted` is the step with the detector's scores of clean captchas, `detection` the one with
    those of perturbed ones; `reading` is the breaker on the clean ones.
    """

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


@dataclass(frozen=True)
class Visited:
    """Visits of a breaker to a captcha page; `reading` is the breaker on the clean captchas."""

    dataset: str
    breaker: str
    variant: str
    defense: str
    visit: str
    reading: str


@dataclass(frozen=True)
class Cell:
    """A curve, as the report lists it; `reading` is the same breaker on clean images."""

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
