"""A whole sweep: what a sweep file asks for, its names and numbers fitting together."""

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, model_validator

from harness.datasets.generator import Generator
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

FEWEST_TO_FIT = 100  # validation captchas behind a detector's threshold


def _known(place: str, word: str, known: Iterable[str]) -> None:
    """Refuse a name that is no table of the file."""
    if word not in known:
        choices = ", ".join(known) or "none is defined"
        raise ValueError(f"{place}: {word!r} is not a table of this file; choices: {choices}")


class SweepSpec(Options):
    """A whole request: what to draw, train, attack and defend."""

    name: Name
    title: str = ""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    tries_per_day: Count = Field(100_000, description="that an attacker gets at the captcha")
    epsilons: Annotated[tuple[Epsilon, ...], Field(min_length=1)]
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
    def _names_exist(self) -> Self:
        for name, breaker in self.breakers.items():
            for field, asked, known in (
                ("dataset", (breaker.dataset,), self.datasets),
                ("reads", breaker.reads, self.datasets),
                ("attacks", breaker.attacks or (), self.attacks),
                ("defenses", breaker.defenses or (), self.defenses),
            ):
                for word in asked:
                    _known(f"breakers.{name}.{field}", word, known)
            self._fits(name, breaker)
            self._others(name, breaker)
        if "none" in self.defenses:
            raise ValueError("defenses.none: 'none' is always measured; choose another name")
        return self

    @model_validator(mode="after")
    def _detectors_are_fitted(self) -> Self:
        """Refuse detectors without the clean captchas that their thresholds come from."""
        for name in self.detectors:
            for data, dataset in self.datasets.items():
                if getattr(dataset.options, "sounds", False):
                    raise ValueError(
                        f"detectors.{name} looks at pictures; datasets.{data} has sounds: give "
                        "them a sweep of their own"
                    )
                if dataset.validation < FEWEST_TO_FIT:
                    raise ValueError(
                        f"detectors.{name} needs clean validation captchas: datasets.{data} has "
                        f"validation = {dataset.validation}; choose {FEWEST_TO_FIT} or more"
                    )
        return self

    @model_validator(mode="after")
    def _gans_have_pictures(self) -> Self:
        """Refuse GANs without pictures to learn from, and captchas of a GAN that is not there."""
        for name, spec in self.gans.items():
            _known(f"gans.{name}.dataset", spec.dataset, self.datasets)
            dataset = self.datasets[spec.dataset]
            if spec.images and spec.images > dataset.train:
                raise ValueError(
                    f"gans.{name}.images = {spec.images}; datasets.{spec.dataset} has "
                    f"train = {dataset.train}"
                )
            if isinstance(dataset.options, Generator) and dataset.options.text_length() > 1:
                raise ValueError(
                    f"gans.{name}.dataset: a GAN learns from single characters; captchas of "
                    f"{spec.dataset!r} have {dataset.options.text_length()}: choose one of length 1"
                )
            if spec.judge is not None:
                _known(f"gans.{name}.judge", spec.judge, self.breakers)
                if self.breakers[spec.judge].dataset != spec.dataset:
                    raise ValueError(
                        f"gans.{name}.judge: {spec.judge} must be trained on {spec.dataset!r}, as "
                        f"the GAN is; it is trained on {self.breakers[spec.judge].dataset!r}"
                    )
        for name, dataset in self.datasets.items():
            word = getattr(dataset.options, "gan", None)
            if word is not None:
                _known(f"datasets.{name}.gan", word, self.gans)
                if not getattr(self.gans[word].options, "conditional", False):
                    raise ValueError(
                        f"datasets.{name}.gan: what {word} ({self.gans[word].gan}) draws has no "
                        "label; choose a conditional GAN, or let people name its pictures on "
                        "/label and use the generator folder or side_by_side"
                    )
        for name, spec in self.gans.items():
            if getattr(self.datasets[spec.dataset].options, "gan", None) is not None:
                raise ValueError(f"gans.{name}.dataset: {spec.dataset!r} is drawn by a GAN itself")
        return self

    @model_validator(mode="after")
    def _pages_have_captchas(self) -> Self:
        """Refuse visits by what is not there, and to more captchas than there are."""
        for name, visit in self.visits.items():
            for field, word, known in (
                ("breaker", visit.breaker, self.breakers),
                ("attack", visit.attack, self.attacks),
            ):
                if word is not None:
                    _known(f"visits.{name}.{field}", word, known)
            word = self.breakers[visit.breaker].dataset
            dataset = self.datasets[word]
            if visit.url is None and visit.visits > dataset.test:
                raise ValueError(
                    f"visits.{name}.visits = {visit.visits}: each shows a test captcha of its own, "
                    f"and datasets.{word} has test = {dataset.test}"
                )
            if getattr(dataset.options, "sounds", False):
                raise ValueError(f"visits.{name}: pages show pictures; datasets.{word} has sounds")
        return self

    def _others(self, name: str, breaker: BreakerSpec) -> None:
        """Refuse to read a data set twice, or what is no picture."""
        for word in breaker.reads:
            if word == breaker.dataset or breaker.reads.count(word) > 1:
                raise ValueError(f"breakers.{name}.reads: {word!r} is read anyway; name it once")
            if getattr(self.datasets[word].options, "sounds", False):
                raise ValueError(f"breakers.{name}.reads: {word!r} has sounds; name pictures")

    def _fits(self, name: str, breaker: BreakerSpec) -> None:
        """Refuse more training captchas than there are, sound to read, pictures to listen to."""
        dataset = self.datasets[breaker.dataset]
        if breaker.images and breaker.images > dataset.train:
            raise ValueError(
                f"breakers.{name}.images = {breaker.images}; datasets.{breaker.dataset} has "
                f"train = {dataset.train}"
            )
        sound, listens = (
            getattr(row, "sounds", False) for row in (dataset.options, breaker.options)
        )
        if sound != listens:
            word = "sounds; choose 'spectrogram'" if sound else "pictures; choose 'whole_image'"
            raise ValueError(
                f"breakers.{name}.architecture = {breaker.architecture!r}: "
                f"datasets.{breaker.dataset} has {word}"
            )
