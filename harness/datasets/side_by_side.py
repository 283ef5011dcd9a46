"""Captchas put together from labelled pictures of single characters."""

from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from harness.datasets.folder import Folder
from harness.datasets.generator import Choice, Chosen
from harness.errors import HarnessError
from harness.seeds import child_seed

SHARES = {"train": (0.0, 0.7), "validation": (0.7, 0.8), "test": (0.8, 1.0)}  # of the pictures
FEWEST = 20  # pictures: two to validate with


class SideBySide(Folder):
    """Pictures of a folder, each of one character, drawn at random and put side by side.

    The folder can be what people labelled of an unconditional GAN. The splits share no picture:
    70 % of them are for training, 10 % for validation, 20 % for tests. So there are as many
    captchas as are asked for, and how many the other splits have changes nothing.
    """

    one_pool: ClassVar[bool] = False

    length: Annotated[int, Field(ge=1, le=16)] = Field(4, description="pictures side by side")

    @model_validator(mode="after")
    def _single(self) -> Self:
        if self._lengths != (1, 1):
            raise ValueError(
                f"{self.path}: a label has {self._lengths[1]} characters; each picture shows one "
                "here (`pattern` says what of a name is the label)"
            )
        if self.fold:
            raise ValueError(
                f"fold {list(self.fold)}: the splits are fixed shares here; another `shuffle` "
                "gives others"
            )
        return self

    def text_length(self) -> int:
        """As many characters as pictures."""
        return self.length

    def check_counts(self, train: int, validation: int, test: int) -> None:  # noqa: ARG002 - any
        """Refuse a folder with too few pictures; captchas there are as many as are asked for."""
        there = len(self.labelled())
        if there < FEWEST:
            raise ValueError(f"{self.path}: {there} labelled pictures; at least {FEWEST}")

    def choose(self, wanted: Choice) -> Chosen:
        """Put captchas of one split together; see ReadyMade.choose."""
        files, unreadable = self.shuffled()
        if len(files) < FEWEST:
            raise HarnessError(
                f"{self.path}: {len(files)} pictures can be read; at least {FEWEST} are needed"
            )
        first, last = (round(share * len(files)) for share in SHARES[wanted.split])
        images, labels = self.opened(files[first:last])
        rng = np.random.default_rng(child_seed(wanted.seed, "side by side", wanted.split))
        picked = rng.integers(0, last - first, (wanted.count, self.length))
        captchas = np.concatenate(list(images[picked].swapaxes(0, 1)), axis=2)
        return Chosen(captchas, labels[picked, 0], unreadable)
