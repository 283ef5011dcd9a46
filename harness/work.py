"""What a step can be: its kinds, and what each of them is asked."""

from typing import ClassVar, Literal, get_args

from pydantic import SerializeAsAny

from harness.options import Split
from harness.options import Options
from harness.sweep.specs import VisitSpec
from harness.pipeline.store import Kind


class Draw(Options):
    """Draw or choose one split of a data set."""

    step: Literal["draw"] = "draw"
    generator: str
    options: SerializeAsAny[Options]
    split: Split
    count: int
    skip: int = 0
    copies: bool = False  # see Window
    seed: int
    network: str | None = None  # the step that trained the GAN that draws


class Imitate(Options):
    """Train a GAN on pictures of single characters."""

    step: Literal["imitate"] = "imitate"
    gan: str
    options: SerializeAsAny[Options]
    train: str
    images: int | None
    seed: int


class Appraise(Options):
    """Look at what a GAN draws with a breaker that was trained on real pictures."""

    edition: ClassVar[int] = 2
    step: Literal["appraise"] = "appraise"
    network: str
    judge: str
    train: str
    images: int | None = None
    test: str
    count: int
    seed: int


class Train(Options):
    """Train one breaker."""

    step: Literal["train"] = "train"
    architecture: str
    options: SerializeAsAny[Options]
    train: str
    images: int | None = None
    validation: str | None
    seed: int


class Strengthen(Options):
    """Train a breaker further, by a training defense."""

    step: Literal["strengthen"] = "strengthen"
    defense: str
    options: SerializeAsAny[Options]
    breaker: str
    data: str
    validation: str | None
    seed: int


class Victim(Options):
    """A breaker, and the filter before it; or a ready-made reader, which no step has trained."""

    breaker: str | None = None
    before: SerializeAsAny[Options] | None = None
    learned: str | None = None  # the step that trained the filter
    ready_made: str | None = None
    options: SerializeAsAny[Options] | None = None


class Read(Options):
    """Read a clean test split with a breaker."""

    step: Literal["read"] = "read"
    victim: Victim
    test: str


class Certify(Options):
    """Bound what a breaker can answer within each linf ball around clean captchas."""

    edition: ClassVar[int] = 3
    step: Literal["certify"] = "certify"
    breaker: str
    test: str
    epsilons: tuple[float, ...]
    boxes: int


class Craft(Options):
    """One attack on one breaker over all radii: the curve."""

    step: Literal["craft"] = "craft"
    attack: str
    options: SerializeAsAny[Options]
    epsilons: tuple[float, ...]
    victim: Victim
    test: str
    captchas: int
    keep_images: bool
    seed: int


class Transfer(Options):
    """The images of another curve, read by another breaker."""

    step: Literal["transfer"] = "transfer"
    curve: str
    victim: Victim
    test: str


class Denoise(Options):
    """Train a denoising autoencoder on clean captchas."""

    edition: ClassVar[int] = 2
    step: Literal["denoise"] = "denoise"
    train: str
    seed: int


class Fit(Options):
    """Fit a detector to what a breaker makes of clean validation captchas."""

    step: Literal["fit"] = "fit"
    detector: str
    options: SerializeAsAny[Options]
    victim: Victim
    validation: str
    test: str
    denoiser: str | None


class Look(Options):
    """Let a detector look at the images of a curve; `fit` made the artifact `fitted`."""

    edition: ClassVar[int] = 2
    step: Literal["look"] = "look"
    fit: Fit
    fitted: str
    curve: str
    test: str


class Evade(Options):
    """Attack a breaker and the detector over it at once."""

    edition: ClassVar[int] = 2
    step: Literal["evade"] = "evade"
    fit: Fit
    fitted: str
    epsilons: tuple[float, ...]
    test: str
    captchas: int
    steps: int
    seed: int


class Visit(Options):
    """Let Chromium visit a captcha page, and a breaker answer there."""

    step: Literal["visit"] = "visit"
    visit: VisitSpec
    victim: Victim
    test: str
    attack: SerializeAsAny[Options] | None
    seed: int


Work = (
    Draw
    | Imitate
    | Appraise
    | Train
    | Strengthen
    | Read
    | Certify
    | Craft
    | Transfer
    | Denoise
    | Fit
    | Look
    | Evade
    | Visit
)
WORKS: dict[str, type[Options]] = {
    kind.model_fields["step"].default: kind for kind in get_args(Work)
}
KINDS: dict[str, Kind] = {
    "draw": "datasets",
    "imitate": "gans",
    "appraise": "appraisals",
    "train": "breakers",
    "strengthen": "breakers",
    "read": "readings",
    "certify": "certificates",
    "craft": "curves",
    "transfer": "curves",
    "denoise": "denoisers",
    "fit": "detectors",
    "look": "detections",
    "evade": "detections",
    "visit": "visits",
}


class StepName(Options):
    """A step by its name, without what it does.

    Attributes:
        kind: the kind of artifact it makes.
        digest: the artifact's name.
        label: what a person calls it.
        needs: kind and digest of the steps that must be done before.
    """

    kind: Kind
    digest: str
    label: str
    needs: tuple[tuple[Kind, str], ...]


class Step(StepName):
    """One unit of work."""

    work: SerializeAsAny[Options]
