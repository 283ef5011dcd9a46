"""Generator `folder`: labelled images of the user's own, as collected from a site."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from harness.array_types import Shape
from harness.datasets.folder.file_list import Pool, printable
from harness.datasets.folder.file_names import LabelPattern
from harness.datasets.folder.inventory import (
    FolderFacts,
    Inventory,
    InventoryRequest,
    LabeledPicture,
    take_inventory,
)
from harness.datasets.folder.label_spelling import Case, composed_alphabet
from harness.datasets.folder.splits import ordered, taken, windows
from harness.datasets.generator import LARGEST_ALPHABET, Color, Images, Labels, encode
from harness.datasets.ready_made import Choice, Chosen, ReadyMade, Window
from harness.errors import HarnessError
from harness.options import Split, from_folder


class Folder(ReadyMade):
    """Labelled images of your own: labels are in the file names, or in a CSV file."""

    edition: ClassVar[int] = 2
    # Where a folder lies, and what was learned from it, is no part of what it holds.
    undigested: ClassVar[frozenset[str]] = frozenset(
        {"path", "test_path", "validation_path", "learned"}
    )

    path: str = Field(
        description="folder of the images, or a CSV file with the columns file, label"
    )
    test_path: str = Field(
        "", description="folder or CSV file of the test captchas; by default some of `path`"
    )
    validation_path: str = Field(
        "", description="folder or CSV file of the validation captchas; by default some of `path`"
    )
    pattern: str = Field(
        r"^[^_]+", description="regular expression: the part of a file's name that is its label"
    )
    case: Case = Field(
        "keep", description="convert labels to upper or lower case; keep: as they are"
    )
    odd_labels: Literal["refuse", "keep"] = Field(
        "refuse",
        description='labels with blanks or marks of copies ("(1)", "copy"); keep: take them, '
        "without warnings",
    )
    alphabet: str = Field(
        "", description="characters of the labels; by default those that occur, sorted"
    )
    width: Annotated[int, Field(ge=0, le=1024)] = Field(
        0, description="images are resized to it, pixels; 0: the most frequent width"
    )
    height: Annotated[int, Field(ge=0, le=1024)] = Field(
        0, description="images are resized to it, pixels; 0: the most frequent height"
    )
    color: Color = Field("gray", description="images are read as; gray: luminance")
    fold: tuple[int, int] | None = Field(
        None,
        description="cross-validation; [1, 5]: the first of 5 folds, whose tests share no image",
    )
    shuffle: int = Field(
        0, description="seed of the split into training, validation and test images"
    )
    contents: str = Field("", description="digest of files and labels, set by `resolved`")
    learned: FolderFacts | None = Field(None, description="facts on the folder, set by `resolved`")

    @classmethod
    def located(cls, table: Mapping[str, object], folder: Path) -> Mapping[str, object]:
        """Resolve relative paths of folders from the sweep file's folder."""
        return {
            key: from_folder(value, folder) if key.endswith("path") else value
            for key, value in table.items()
        }

    @field_validator("pattern")
    @classmethod
    def _regular(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return pattern

    @field_validator("alphabet")
    @classmethod
    def _distinct(cls, alphabet: str) -> str:
        return composed_alphabet(alphabet)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.fold and not 1 <= self.fold[0] <= self.fold[1]:
            raise ValueError(
                f"fold {list(self.fold)}: the first number counts from 1 to the second"
            )
        if self.fold and (self.test_path or self.validation_path):
            raise ValueError("fold cuts one folder into tests; leave it, or test_path and the like")
        return self

    def resolved(self) -> Self:
        """Read the folder, and give the options with the digest of its contents and its facts.

        Options that have both, as a run keeps them, stay as they are: nothing is read.

        Raises:
            ValueError: no images, labels that cannot be right, or another digest than `contents`.
            RequirementError: the file system does not give a file now.
        """
        if self.contents and self.learned:
            return self
        there = self.inventory()
        if self.contents and self.contents != there.contents:
            raise ValueError(
                f"contents = {self.contents!r}, and {self.path} has {there.contents!r}: other "
                "pictures or labels; leave contents away to take them as they are"
            )
        self._check_alphabet(there)
        return self.model_copy(update={"contents": there.contents, "learned": there.learned})

    @property
    def facts(self) -> FolderFacts:
        """Give the facts on the folder; it is read where `resolved` has not been called."""
        return self.learned or self.inventory().learned

    def contents_digest(self) -> str | None:
        """Give the digest of files and labels; None before `resolved`."""
        return self.contents or None

    def inventory(self) -> Inventory:
        """Read the images and labels that are there now.

        Raises:
            ValueError: no images, or labels that cannot be right.
            RequirementError: the file system does not give a file now.
        """
        paths: tuple[tuple[Pool, str], ...] = (
            ("test_path", self.test_path),
            ("validation_path", self.validation_path),
            ("path", self.path),
        )
        return take_inventory(
            InventoryRequest(
                paths=tuple((pool, path) for pool, path in paths if path or pool == "path"),
                naming=LabelPattern(self.pattern, self.case),
                keep=self.odd_labels == "keep",
                any_character=not self.alphabet,
                resized=not (self.width or self.height),
                color=self.color,
            )
        )

    def _check_alphabet(self, there: Inventory) -> None:
        """Refuse labels with characters that are not in the alphabet."""
        alphabet = self.alphabet or there.learned.alphabet
        if len(alphabet) > LARGEST_ALPHABET:
            raise ValueError(f"{self.path}: {len(alphabet)} characters; at most {LARGEST_ALPHABET}")
        if set(there.learned.alphabet) <= set(alphabet):
            return
        for picture in there.pictures:
            odd = next((c for c in picture.label if c not in alphabet), None)
            if odd is not None:
                raise ValueError(
                    f"{printable(picture.name)}: label {picture.label!r} has {odd!r}, which is not "
                    f"in the alphabet {alphabet!r}; add it to `alphabet`, or correct the label"
                )

    def text_alphabet(self) -> str:
        """Give the alphabet of the options, else the characters of the labels, sorted."""
        return self.alphabet or self.facts.alphabet

    def text_length(self) -> int:
        """Give the number of characters of the longest label."""
        return self.facts.lengths[1]

    def blank(self) -> int | None:
        """Give the class after those of the alphabet, where labels differ in length."""
        shortest, longest = self.facts.lengths
        return None if shortest == longest else len(self.text_alphabet())

    def image_shape(self) -> Shape:
        """Give height, width and channels of a captcha."""
        return self.picture_shape()

    def picture_shape(self) -> Shape:
        """Give height, width and channels of a picture: the options, else as most pictures are."""
        width, height = self.facts.size
        return self.height or height, self.width or width, 1 if self.color == "gray" else 3

    def warnings(self) -> tuple[str, ...]:
        """List what is odd about files and labels, a line each that begins with its kind."""
        return self.facts.warnings

    def pool(self, split: Split) -> Pool:
        """Give the name of the option that names the folder of a split."""
        if split == "test" and self.test_path:
            return "test_path"
        return "validation_path" if split == "validation" and self.validation_path else "path"

    def check_counts(self, train: int, validation: int, test: int) -> None:
        """Refuse counts above the number of images, or of different images for tests."""
        counts: dict[Split, int] = {"train": train, "validation": validation, "test": test}
        for split, count in counts.items():
            if count:
                self.window(split, counts)

    def window(self, split: Split, counts: Mapping[Split, int]) -> Window:
        """Give the part of its pool that a split takes; see ReadyMade.window."""
        pool = self.pool(split)
        sizes = self.facts.pools[pool]
        asked = {s: count for s, count in counts.items() if self.pool(s) == pool}
        different = sum(sizes.values())
        there = sum(copies * groups for copies, groups in sizes.items())
        known = f"{getattr(self, pool)} has {there} labelled images"
        if self.test_path or self.validation_path:
            known += " that no other folder has"
        if there > different:
            known += f", {different} of them different, and copies stay in one split"
        if self.fold and counts["test"] > different // self.fold[1]:
            raise ValueError(
                f"test = {counts['test']}: {known}; tests of {self.fold[1]} folds that share none "
                f"have at most {different // self.fold[1]}"
            )
        shared = windows(sizes, self.fold, asked)
        if shared is None:
            summed = " + ".join(s for s in ("train", "validation", "test") if s in asked)
            raise ValueError(
                f"{summed} = {sum(asked.values())}; {known}: ask for fewer"
                + (f", {different} in all fit in any case" if there > different else "")
            )
        return shared[split]

    def choose(self, wanted: Choice) -> Chosen:
        """Choose images of one split; see ReadyMade.choose.

        One shuffle serves all splits and all folds, whatever the sweep's seed. Images that cannot
        be read are left out and listed.
        """
        there = self.unchanged()
        order = ordered(there.pools[self.pool(wanted.split)], self.shuffle, self.fold)
        window = Window(wanted.skip, wanted.copies)
        chosen = [there.pictures[n] for n in taken(order, wanted.split, window, wanted.count)]
        if len(chosen) < wanted.count:
            raise HarnessError(
                f"{self.path}: {len(chosen)} captchas are left where {wanted.count} are asked for"
            )
        images, labels = self.opened(chosen)
        # Training captchas are shown nowhere one by one, and may be many.
        names = [] if wanted.split == "train" else [printable(p.name) for p in chosen]
        return Chosen(images, labels, there.left_out, tuple(names), self.facts.warnings)

    def unchanged(self) -> Inventory:
        """Read the folder again, and refuse one that has changed since `resolved`.

        Raises:
            HarnessError: the folder has other pictures or labels now.
        """
        try:
            there = self.inventory()
        except ValueError as error:
            raise HarnessError(f"{error}; it was readable when this run was asked for") from None
        if self.contents and there.contents != self.contents:
            raise HarnessError(_changed(self.path))
        return there

    def opened(self, pictures: Sequence[LabeledPicture]) -> tuple[Images, Labels]:
        """Read pictures, resize them to one size, and encode their labels; see Chosen."""
        from harness.datasets.folder.fingerprints import pixels_of
        from harness.images.pixels import sized

        alphabet = self.text_alphabet()
        height, width, channels = self.picture_shape()
        images = np.empty((len(pictures), height, width, channels), np.uint8)
        labels = np.full((len(pictures), self.text_length()), len(alphabet), np.uint8)
        read = pixels_of([picture.file for picture in pictures], self.color)
        for image, row, picture, (digest, pixels) in zip(
            images, labels, pictures, read, strict=True
        ):
            if digest != picture.look.content:
                raise HarnessError(_changed(self.path))
            image[:] = sized(pixels, (width, height))
            row[: len(picture.label)] = encode(picture.label, alphabet)
        return images, labels


def _changed(path: str) -> str:
    return (
        f"{path} has changed since this run was asked for: other pictures or other labels; run its "
        "sweep again, which makes a new run of it"
    )
