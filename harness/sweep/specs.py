"""The entries of a sweep: one class for each kind of its tables."""

from typing import Annotated, Literal, Self

from pydantic import Field, SerializeAsAny, model_validator

from harness.attacks.attack import Attack
from harness.breakers.architecture import Architecture
from harness.breakers.foundation import Foundation
from harness.breakers.network import Answers
from harness.breakers.pretrained import Pretrained
from harness.breakers.ready_made_reader import ReadyMadeReader
from harness.css_selectors import Selectors
from harness.datasets.gan_captcha import GanCaptcha
from harness.datasets.generator import Generator
from harness.datasets.ready_made import ReadyMade
from harness.defenses.defense import InputDefense, TrainingDefense
from harness.detectors.detector import Detector
from harness.gans.gan import Gan
from harness.options import Count, Epsilon, LoopbackUrl, Options, Radius, Variant

MOST_TRIES = 5_000  # at a site, where a sweep file does not say how many


class DatasetSpec(Options):
    """One data set: a generator, its options, and how many captchas of each split."""

    generator: str
    options: SerializeAsAny[Generator | GanCaptcha]
    train: Count
    validation: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    test: Count

    @property
    def has_sounds(self) -> bool:
        """Tell whether its captchas are heard, not seen."""
        return isinstance(self.options, Generator) and self.options.sounds

    @property
    def stands_in(self) -> bool:
        """Tell whether it stands for captchas that only visits see."""
        return isinstance(self.options, Generator) and self.options.stands_in

    @property
    def is_drawn(self) -> bool:
        """Tell whether fresh captchas can be drawn without end."""
        return isinstance(self.options, Generator) and not isinstance(self.options, ReadyMade)

    @property
    def drawn_by(self) -> str | None:
        """Name the GAN of the sweep that draws it; None: another generator does."""
        return self.options.gan if isinstance(self.options, GanCaptcha) else None


class PollSpec(Options):
    """A poll: how people name the pictures of a GAN without labels, on the page /label."""

    pictures: Count = 500
    answers: Count = Field(3, description="that a label needs, of people whose control was right")
    majority: Annotated[float, Field(ge=0.5, lt=1)] = Field(
        0.6, description="share of them that must agree, and more"
    )


class GanSpec(Options):
    """One GAN: trained on the pictures of a data set of single characters."""

    gan: str
    dataset: str
    options: SerializeAsAny[Gan]
    images: Count | None = Field(None, description="trained on the first N; all by default")
    judge: str | None = Field(
        None, description="a breaker trained on the same data set, which reads what is drawn"
    )
    appraised: Count = Field(
        5_000,
        description="pictures that the judge looks at, or as many as the data set has for tests",
    )
    poll: PollSpec = PollSpec()


class BreakerSpec(Options):
    """One breaker: an architecture trained on one data set, and what it takes part in."""

    dataset: str
    architecture: str
    options: SerializeAsAny[Architecture | Foundation | Pretrained | ReadyMadeReader]
    images: Annotated[int, Field(ge=0, le=10_000_000)] | None = Field(
        None, description="trained on the first N; all by default, none where labels are accepted"
    )
    start_from: str = Field(
        "",
        description="a breaker whose weights it begins with: the name of a table, or "
        "foundation; none: random ones; by default foundation where there are few images",
    )
    attacks: tuple[str, ...] | None = Field(None, description="names; all by default")
    defenses: tuple[str, ...] | None = Field(None, description="names; all by default")
    reads: tuple[str, ...] = Field((), description="other data sets that it reads as well")
    labels: Literal["given", "accepted"] = Field(
        "given",
        description="of its training captchas; accepted: besides `images` labelled by hand, "
        "answers that the site lets in become labels",
    )
    readers: tuple[str, ...] = Field(
        (), description="other breakers that answer until it reads better (labels = 'accepted')"
    )
    rounds: Annotated[int, Field(ge=1, le=20)] = Field(
        3, description="of asking and training again (labels = 'accepted')"
    )
    tries: Count | None = Field(
        None,
        description="answers in all; 5,000 or what the train split has (labels = 'accepted')",
    )
    probes: Annotated[int, Field(ge=1, le=10_000)] = Field(
        50, description="tries by which readers are compared (labels = 'accepted')"
    )

    @model_validator(mode="after")
    def _labelled(self) -> Self:
        if not self.labelled_by_site:
            for name in ("readers", "rounds", "tries", "probes"):
                if getattr(self, name) != type(self).model_fields[name].default:
                    raise ValueError(f"{name} goes with labels = 'accepted'; add that, or leave it")
            if self.images == 0:
                raise ValueError(
                    "images = 0: nothing to learn from; choose 1 or more, or labels = 'accepted'"
                )
            return self
        if not isinstance(self.options, Architecture):
            raise ValueError(
                f"labels = 'accepted' is for a breaker that is trained here; {self.architecture} "
                "is not: name it in `readers` of one that is"
            )
        if self.options.endless:
            raise ValueError(
                "endless draws captchas with their labels, which a site does not give away; leave "
                "out endless or labels = 'accepted'"
            )
        return self

    @property
    def labelled_by_site(self) -> bool:
        """Tell whether it learns from answers that a site has accepted."""
        return self.labels == "accepted"

    def hand_labelled(self, train: int) -> int:
        """Count its captchas labelled by hand, of a training split of a size."""
        if self.images is None:
            return 0 if self.labelled_by_site else train
        return self.images

    def tries_in_all(self, train: int) -> int:
        """Count the answers that it gives to the site, with a training split of a size."""
        return self.tries or max(0, min(MOST_TRIES, train - self.hand_labelled(train)))

    @property
    def is_ready_made(self) -> bool:
        """Tell whether it is a ready-made reader, which is not trained."""
        return isinstance(self.options, ReadyMadeReader)

    @property
    def is_pretrained(self) -> bool:
        """Tell whether it comes in a file of its author's."""
        return isinstance(self.options, Pretrained)

    @property
    def shows(self) -> Answers:
        """Say what attacks can ask of it, at most."""
        return self.options.shows

    @property
    def is_black_box(self) -> bool:
        """Tell whether it has no gradients."""
        return self.shows != "gradients"

    @property
    def hears_sounds(self) -> bool:
        """Tell whether it takes sounds, not pictures."""
        return isinstance(self.options, Architecture) and self.options.sounds


class AttackSpec(Options):
    """One attack, with its radii and its number of captchas where they differ from the sweep's."""

    attack: str
    options: SerializeAsAny[Attack]
    epsilons: tuple[Radius, ...] | None = Field(None, description="radii; the sweep's by default")
    captchas: Count | None = Field(None, description="the first N of the test split")
    transfer: bool = Field(
        False, description="its images are tried on all other breakers of the data set"
    )

    @model_validator(mode="after")
    def _pixels(self) -> Self:
        norm = self.options.norm
        for number, epsilon in enumerate(self.epsilons or ()):
            if norm != "l2" and epsilon > 1:
                raise ValueError(
                    f"epsilons.{number} = {epsilon:g}: pixels lie in [0, 1], and so does a {norm} "
                    "radius; choose at most 1, or norm = 'l2'"
                )
        return self


class DefenseSpec(Options):
    """One defense: of a breaker's training, or of its input."""

    defense: str
    options: SerializeAsAny[InputDefense | TrainingDefense]


class DetectorSpec(Options):
    """One detector: watches over each undefended breaker that is attacked."""

    detector: str
    options: SerializeAsAny[Detector]


class VisitSpec(Options):
    """Visits of a breaker to a captcha page, as Chromium shows it."""

    breaker: str
    variant: Variant = Field("plain", description="how this project's page shows the captcha")
    ratio: Annotated[float, Field(ge=1, le=4)] = Field(
        1.0, description="device pixels for one of the page"
    )
    visits: Annotated[int, Field(ge=1, le=100_000)] = 300
    submit_above: Annotated[float, Field(ge=0, lt=1)] | None = Field(
        None,
        description="confidence above which a text is submitted; below, another captcha is loaded",
    )
    attack: str | None = Field(
        None, description="the page perturbs its captchas by this attack on the breaker"
    )
    epsilon: Epsilon = Field(0.0, description="radius of that attack")
    url: LoopbackUrl | None = Field(None, description="a page of your own on this machine")
    selectors: Selectors = Selectors()
    sessions: Annotated[int, Field(ge=1, le=32)] | None = Field(
        None, description="open at once; by default 4 before this project's page, 1 before yours"
    )
    visits_per_session: Annotated[int, Field(ge=1, le=10_000)] = Field(
        1, description="by one visitor, who keeps his cookies; then a fresh one comes"
    )
    wait_when_blocked: Annotated[float, Field(ge=0, le=86_400)] = Field(
        0.0, description="seconds in which a page that takes no more answers is tried again"
    )

    @model_validator(mode="after")
    def _page_or_url(self) -> Self:
        if self.url and (self.attack or self.variant != "plain"):
            raise ValueError("variant and attack are of this project's page; leave them or the url")
        if bool(self.attack) != bool(self.epsilon):
            raise ValueError("attack and epsilon go together")
        return self


class AuditSpec(Options):
    """Audit of a captcha page: whether it checks what it shows."""

    url: LoopbackUrl = Field(description="http://127.0.0.1:..., http://localhost:...")
    breaker: str = Field(description="that reads the captchas where a right answer is needed")
    selectors: Selectors = Selectors()
    passed_text: str = Field("", description="a text on the page after a right captcha")
    wrong_text: str = Field("", description="a text on the page after a wrong captcha")
    fill: dict[str, str] = Field(
        default_factory=dict, description="other fields of the form: CSS selector = text"
    )
    thorough: bool = Field(False, description="limits and timing as well: 600 requests, not 60")
    requests: Annotated[int, Field(ge=20, le=10_000)] | None = Field(
        None, description="that are sent at most; 60, or 600 where it is thorough"
    )
    expiry: Annotated[float, Field(ge=0, le=3_600)] = Field(
        0.0, description="seconds after which a captcha must be void; 0: not tried"
    )
    asked: str = Field("", description="any text; another one asks the page again")
