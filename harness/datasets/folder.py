"""A folder of labelled images: the captchas of a site, as its owner collected them."""

import csv
import functools
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, PrivateAttr, model_validator

from harness.datasets.generator import (
    LARGEST_ALPHABET,
    Choice,
    Chosen,
    Color,
    Images,
    Labels,
    ReadyMade,
    encode,
)  # fmt: skip
from harness.errors import HarnessError
from harness.seeds import child_seed

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")
NAMED = 5  # files that an error message names


class Folder(ReadyMade):
    """Labelled images of your own: the label is the file's name, or stands in a CSV."""

    one_pool: ClassVar[bool] = True

    path: str = Field(description="the folder, or a CSV file with the columns file, label")
    pattern: str = Field(
        r"^[^_]+", description="what of a file's name, without its suffix, is the label (regex)"
    )
    case: Literal["keep", "upper", "lower"] = Field("keep", description="of the labels")
    alphabet: str = Field("", description="by default the characters that occur, sorted")
    width: Annotated[int, Field(ge=0, le=1024)] = Field(0, description="0: the most frequent")
    height: Annotated[int, Field(ge=0, le=1024)] = Field(0, description="0: the most frequent")
    color: Color = Field("gray", description="gray: luminance; rgb: as they are")
    fold: tuple[int, int] | None = Field(
        None, description="[1, 5]: the first of five splits whose test images differ"
    )
    shuffle: int = Field(0, description="another number, another split")
    contents: str = Field("", description="digest of files and labels; found when it is read")
    _lengths: tuple[int, int] = PrivateAttr((1, 1))  # of the shortest and the longest label

    @model_validator(mode="after")
    def _scanned(self) -> Self:
        labelled = self.labelled()
        if self.fold and not 1 <= self.fold[0] <= self.fold[1]:
            raise ValueError(
                f"fold {list(self.fold)}: the first number counts from 1 to the second"
            )
        alphabet, lengths = self.text_alphabet(), {len(label) for label in labelled.values()}
        if len(alphabet) > LARGEST_ALPHABET:
            raise ValueError(f"{self.path}: {len(alphabet)} characters; at most {LARGEST_ALPHABET}")
        for file, label in labelled.items():
            odd = next((c for c in label if c not in alphabet), None)
            if odd is not None:
                raise ValueError(
                    f"{file.name}: label {label!r} has {odd!r}, which is not in the alphabet "
                    f"{alphabet!r}; add it to `alphabet`, or correct the label"
                )
        found = hashlib.sha256()
        for file, label in labelled.items():
            found.update(f"{file.name}\n{label}\n{_digest(file)}\n".encode())
        object.__setattr__(self, "contents", found.hexdigest()[:20])
        self._lengths = min(lengths), max(lengths)
        return self

    def labelled(self) -> dict[Path, str]:
        """File -> label, in the order of the names.

        Raises:
            ValueError: no such folder, nothing in it, or a file without a label.
        """
        place = Path(self.path).expanduser()
        if place.is_file():
            found = _listed(place)
        elif place.is_dir():
            found = {
                file: self._label(file)
                for file in sorted(place.iterdir())
                if file.suffix.lower() in SUFFIXES
            }
        else:
            raise ValueError(f"path {self.path!r}: there is no such folder or CSV file")
        if not found:
            kinds = ", ".join(SUFFIXES)
            raise ValueError(f"path {self.path!r}: no image in it; files that count: {kinds}")
        if self.case == "upper":
            return {file: label.upper() for file, label in found.items()}
        if self.case == "lower":
            return {file: label.lower() for file, label in found.items()}
        return found

    def _label(self, file: Path) -> str:
        match = re.search(self.pattern, file.stem)
        if match is None or not match.group():
            raise ValueError(f"{file.name}: no label in its name by pattern {self.pattern!r}")
        return match.group()

    def text_alphabet(self) -> str:
        """As asked for, else the characters of the labels, sorted."""
        return self.alphabet or "".join(sorted(set("".join(self.labelled().values()))))

    def text_length(self) -> int:
        """Characters of the longest label."""
        return self._lengths[1]

    def blank(self) -> int | None:
        """The class after the alphabet's, where labels differ in length."""
        shortest, longest = self._lengths
        return None if shortest == longest else len(self.text_alphabet())

    def check_counts(self, train: int, validation: int, test: int) -> None:
        """Refuse more images than there are."""
        asked, there = train + validation + test, len(self.labelled())
        if asked > there:
            raise ValueError(
                f"train + validation + test = {asked}; {self.path} has {there} labelled images"
            )

    def choose(self, wanted: Choice) -> Chosen:
        """Choose images of one split; see ReadyMade.choose.

        One shuffle serves all splits and all folds, whatever the sweep's seed. Images that cannot
        be read are left out and listed.
        """
        files, unreadable = self.shuffled()
        if wanted.skip + wanted.count > len(files):
            names = ", ".join(unreadable[:NAMED])
            raise HarnessError(
                f"{self.path}: {len(unreadable)} of {len(files) + len(unreadable)} images cannot "
                f"be read ({names}); ask for at most {len(files)} in all, or replace them"
            )
        if self.fold:
            number, folds = self.fold
            first = -(-(number - 1) * len(files) // folds)
            files = files[first:] + files[:first]
        chosen = files[wanted.skip : wanted.skip + wanted.count]
        return Chosen(*self.opened(chosen), unreadable)

    def shuffled(self) -> tuple[list[Path], tuple[str, ...]]:
        """The images that can be read, in an order that hangs on `shuffle`; names of the others."""
        labelled = self.labelled()
        pictures, unreadable = _pictures(tuple(labelled), self.color)
        files = [file for file in labelled if file in pictures]
        order = np.random.default_rng(child_seed(self.shuffle, "folder")).permutation(len(files))
        return [files[place] for place in order], tuple(unreadable)

    def opened(self, files: Sequence[Path]) -> tuple[Images, Labels]:
        """Images of one size, and their labels: see Chosen."""
        labelled = self.labelled()
        pictures, _ = _pictures(tuple(labelled), self.color)
        sizes = Counter(picture.shape[:2] for picture in pictures.values())
        height, width = sizes.most_common(1)[0][0]
        size = (self.width or width, self.height or height)
        images = np.stack([_sized(pictures[file], size) for file in files])
        longest = self._lengths[1]
        labels = np.full((len(files), longest), len(self.text_alphabet()), np.uint8)
        for row, file in zip(labels, files, strict=True):
            row[: len(labelled[file])] = encode(labelled[file], self.text_alphabet())
        return images, labels


def _listed(table: Path) -> dict[Path, str]:
    """File -> label from a CSV with the columns file and label; files are named from its folder."""
    with table.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    if rows and not {"file", "label"} <= set(rows[0]):
        raise ValueError(f"{table}: needs the columns file, label; it has {', '.join(rows[0])}")
    for number, row in enumerate(rows, 2):
        if not row["label"]:
            raise ValueError(f"{table}, line {number}: no label for {row['file']!r}")
    return {table.parent / row["file"]: row["label"] for row in rows}


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "missing"


@functools.lru_cache(maxsize=2)
def _pictures(files: tuple[Path, ...], color: Color) -> tuple[dict[Path, Any], list[str]]:
    """Decoded images uint8 [height, width, channels], and the files that are none."""
    from PIL import Image

    mode = "L" if color == "gray" else "RGB"
    pictures, unreadable = {}, []
    for file in files:
        try:
            with Image.open(file) as image:
                flat = Image.new("RGBA", image.size, "white")
                flat.alpha_composite(image.convert("RGBA"))  # what a page shows: on white
                pixels = np.asarray(flat.convert(mode), np.uint8)
        except (OSError, SyntaxError, ValueError):  # what Pillow raises for what is no image
            unreadable.append(file.name)
            continue
        pictures[file] = pixels.reshape(*pixels.shape[:2], -1)
    return pictures, unreadable


def _sized(picture: Any, size: tuple[int, int]) -> Images:
    """The image in (width, height); resized when it has another size."""
    from PIL import Image

    if picture.shape[1::-1] == size:
        return np.asarray(picture, np.uint8)
    channels = picture.shape[2]
    image = Image.fromarray(picture[..., 0] if channels == 1 else picture)
    sized = np.asarray(image.resize(size, Image.Resampling.BILINEAR), np.uint8)
    return sized.reshape(size[1], size[0], channels)
