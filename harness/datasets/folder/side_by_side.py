"""Generator `side_by_side`: captchas composed of labelled pictures of single characters."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from harness.array_types import Shape
from harness.datasets.folder.file_list import printable
from harness.datasets.folder.folder import Folder
from harness.datasets.folder.splits import ordered
from harness.datasets.ready_made import Choice, Chosen, ReadyMade, Window
from harness.errors import HarnessError
from harness.options import Split
from harness.seeds import child_seed

SHARES = {"train": (0.0, 0.7), "validation": (0.7, 0.8), "test": (0.8, 1.0)}  # of the pictures
FEWEST = 20  # pictures: two to validate with


class SideBySide(Folder):
    """Random pictures of a folder, of one character each, put side by side.

    The folder can hold pictures of an unconditional GAN that people have labelled. The splits share
    no picture: 70 % of them are for training, 10 % for validation, 20 % for tests. Any number of
    captchas can be composed, and a split does not depend on the size of the others. Of pictures
    that are copies of each other, the first is taken.
    """

    one_pool: ClassVar[bool] = False

    length: Annotated[int, Field(ge=1, le=16)] = Field(
        4, description="characters per captcha: pictures side by side"
    )

    @model_validator(mode="after")
    def _of_one_folder(self) -> Self:
        if self.fold or self.test_path or self.validation_path:
            option = f"fold {list(self.fold)}" if self.fold else "test_path, validation_path"
            raise ValueError(
                f"{option}: the splits are fixed shares here; another `shuffle` gives others"
            )
        return self

    def resolved(self) -> Self:
        """Read the folder, and refuse labels of several characters; see Folder.resolved."""
        options = super().resolved()
        if options.facts.lengths != (1, 1):
            raise ValueError(
                f"{self.path}: a label has {options.facts.lengths[1]} characters; each picture "
                "shows one here (`pattern` says what of a name is the label)"
            )
        return options

    def text_length(self) -> int:
        """Give the number of characters, one for each picture."""
        return self.length

    def image_shape(self) -> Shape:
        """Give height, width and channels of the pictures side by side."""
        height, width, channels = self.picture_shape()
        return height, width * self.length, channels

    def window(self, split: Split, counts: Mapping[Split, int]) -> Window:
        """Give the whole pool: splits have fixed shares; see ReadyMade.window."""
        return ReadyMade.window(self, split, counts)

    def check_counts(self, train: int, validation: int, test: int) -> None:
        """Refuse a folder with too few pictures; of enough, any number of captchas is composed."""
        sizes = self.facts.pools["path"]
        different, there = sum(sizes.values()), sum(n * groups for n, groups in sizes.items())
        if different < FEWEST:
            known = "" if there == different else f", {different} of them different"
            raise ValueError(f"{self.path}: {there} labelled pictures{known}; at least {FEWEST}")

    def choose(self, wanted: Choice) -> Chosen:
        """Compose captchas of one split; see ReadyMade.choose."""
        there = self.unchanged()
        order = [group[0] for group in ordered(there.pools["path"], self.shuffle, None)]
        if len(order) < FEWEST:
            raise HarnessError(
                f"{self.path}: {len(order)} pictures can be read; at least {FEWEST} are needed"
            )
        first, last = (round(share * len(order)) for share in SHARES[wanted.split])
        pictures = [there.pictures[number] for number in order[first:last]]
        images, labels = self.opened(pictures)
        rng = np.random.default_rng(child_seed(wanted.seed, "side by side", wanted.split))
        picked = rng.integers(0, last - first, (wanted.count, self.length))
        captchas = np.concatenate(list(images[picked].swapaxes(0, 1)), axis=2)
        names = [
            " + ".join(printable(pictures[number].name) for number in numbers)
            for numbers in (picked if wanted.split != "train" else ())
        ]
        return Chosen(
            captchas, labels[picked, 0], there.left_out, tuple(names), self.facts.warnings
        )
