"""The sections of the page, in their order. A section is a module and a template of one name.

The module has a function `content`, which gives what the template shows, or None where the section
is left out.
"""

from dataclasses import dataclass
from typing import Protocol

from harness.results.document import Document
from reports.sections import (
    accuracy,
    across_datasets,
    advice,
    audits,
    breakers,
    certificates,
    confusions,
    costs,
    datasets,
    defenses,
    detections,
    extra_tables,
    failures,
    free_labels,
    gans,
    headline,
    limits,
    misread,
    networks,
    optimizers,
    people,
    precision,
    provenance,
    ranking,
    samples,
    sweep_overview,
    targets,
    training,
    training_set_size,
    transfers,
    verdict,
    visits,
    warnings,
)


class SectionModule(Protocol):
    """What a module of this folder offers."""

    __name__: str

    def content(self, document: Document) -> object | None:
        """Give what the template shows; None: the section is left out."""


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Attributes:
        of_one: shows each breaker by itself; where breakers have pages of their own, it is there.
    """

    title: str
    module: SectionModule
    of_one: bool = False

    @property
    def name(self) -> str:
        """Give the name that module and template share."""
        return self.module.__name__.rpartition(".")[2]

    @property
    def anchor(self) -> str:
        """Give the id that links to the section end with."""
        return self.name.replace("_", "-")

    @property
    def template(self) -> str:
        """Give the path of the template, from the folder of the page's own."""
        return f"sections/{self.name}.j2"


SECTIONS = (
    Section("Limits", limits),
    Section("Which captcha stands longest", ranking),
    Section("Verdict", verdict),
    Section("What to change", advice),
    Section("The page around the captcha", audits),
    Section("In short", headline),
    Section("Warnings", warnings),
    Section("Failures", failures),
    Section("What was asked", sweep_overview),
    Section("Data sets", datasets),
    Section("Breakers on clean captchas", breakers),
    Section("Who reads what", across_datasets),
    Section("Drawn by a GAN", gans),
    Section("What it costs an attacker", costs),
    Section("The attacker who chooses", precision, of_one=True),
    Section("In a real browser", visits),
    Section("People", people),
    Section("How many captchas it takes", training_set_size),
    Section("Labels for free", free_labels),
    Section("Accuracy against epsilon", accuracy, of_one=True),
    Section("What a defense changes", defenses, of_one=True),
    Section("Certified accuracy", certificates, of_one=True),
    Section("What detectors notice", detections, of_one=True),
    Section("Targeted attacks", targets, of_one=True),
    Section("Transfer attacks", transfers),
    Section("Further measurements", extra_tables),
    Section("What an attack looks like", samples, of_one=True),
    Section("Misread captchas", misread, of_one=True),
    Section("Confused characters", confusions, of_one=True),
    Section("Optimizers and losses", optimizers),
    Section("Training", training, of_one=True),
    Section("Networks", networks, of_one=True),
    Section("Provenance", provenance),
)
