"""Breakers that somebody else has trained: a .keras or an .onnx file of a sweep's author."""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from harness.breakers.network import UNIT, Answers, Bounds, Network, Shape
from harness.errors import HarnessError
from harness.files.atomic import reason
from harness.options import Options, from_folder, is_kept

PIECE = 1 << 20  # bytes of a file read at once


class Pretrained(Options):
    """Base of breakers in files: no step trains them; one takes the file into the store."""

    undigested: ClassVar[frozenset[str]] = frozenset({"path"})
    suffix: ClassVar[str]
    shows: ClassVar[Answers]  # to attacks, at most

    path: str = Field(description="the model's file, from the sweep file's folder")
    classes: Annotated[str, Field(max_length=255)] = Field(
        "",
        description="characters in the order of the model's classes; by default the data set's "
        "alphabet",
    )
    bounds: Bounds = Field(UNIT, description="the numbers that the model takes for black and white")
    contents: str = Field("", description="digest of the file; learned")

    @classmethod
    def located(cls, table: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
        """Take the file from the sweep file's folder."""
        return {
            key: from_folder(value, folder) if key == "path" else value
            for key, value in table.items()
        }

    @field_validator("bounds")
    @classmethod
    def _ascending(cls, bounds: Bounds) -> Bounds:
        if not bounds[0] < bounds[1]:
            raise ValueError(f"{list(bounds)}: the first is what black is, the second white")
        return bounds

    @model_validator(mode="after")
    def _looked_at(self, info: ValidationInfo) -> Self:
        # Asked again of what a sweep is made of: with its digest, or without a path if it is wrong.
        if not is_kept(info) and not self.contents and "path" in self.model_fields_set:
            if not self.path.endswith(self.suffix):
                raise ValueError(f"path {self.path!r}: must be a file that ends in {self.suffix}")
            object.__setattr__(self, "contents", _digest(Path(self.path)))
        return self

    def network(self, file: Path, shape: Shape) -> Network:
        """Load a file of such a model.

        Args:
            file: in the store, or the author's.
            shape: of one image: height, width, channels.

        Raises:
            SpecError: it is none, or takes other images.
        """
        raise NotImplementedError

    def kept(self, folder: Path) -> Path:
        """Give the file's path in the folder of a breaker in the store."""
        return folder / f"model{self.suffix}"

    def take(self, folder: Path) -> None:
        """Copy the file into the folder of a breaker, if it is what it was.

        Raises:
            HarnessError: it has changed since the run was asked for, or is gone.
        """
        try:
            shutil.copyfile(self.path, self.kept(folder))
            same = _digest(self.kept(folder)) == self.contents
        except (OSError, ValueError) as error:
            raise HarnessError(f"{self.path}: cannot be taken: {error}") from None
        if not same:
            raise HarnessError(
                f"{self.path} has changed since this run was asked for; run its sweep again, which "
                "makes a new run of it"
            )

    def placed(self, alphabet: str, blank: int | None) -> list[int] | None:
        """Say which of the model's classes stands for each class of a data set.

        Args:
            alphabet: of the data set.
            blank: its class for no character.

        Returns:
            Class numbers of the model; None where they are the data set's.

        Raises:
            HarnessError: `classes` has other characters than the alphabet.
        """
        if not self.classes or self.classes == alphabet:
            return None
        if sorted(self.classes) != sorted(alphabet):
            raise HarnessError(
                f"classes = {self.classes!r}: the data set's alphabet is {alphabet!r}; both must "
                "have the same characters"
            )
        order = [self.classes.index(character) for character in alphabet]
        return order if blank is None else [*order, len(order)]


class KerasFile(Pretrained):
    """A Keras model of your own, in a .keras file; with gradients. No code in the file is run."""

    suffix: ClassVar[str] = ".keras"
    shows: ClassVar[Answers] = "gradients"

    def network(self, file: Path, shape: Shape) -> Network:
        """See Pretrained.network."""
        from harness.breakers.keras_network import keras_network, load_keras

        return keras_network(load_keras(file), shape, self.bounds)


class OnnxFile(Pretrained):
    """An ONNX model of your own; attacks that ask for scores or answers alone, no gradients."""

    suffix: ClassVar[str] = ".onnx"
    shows: ClassVar[Answers] = "scores"

    def network(self, file: Path, shape: Shape) -> Network:
        """See Pretrained.network."""
        from harness.breakers.onnx_network import OnnxNetwork

        return OnnxNetwork(file, shape, self.bounds)


def _digest(file: Path) -> str:
    """Give the digest of a file's content.

    Raises:
        ValueError: it cannot be read.
    """
    content = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            while piece := stream.read(PIECE):
                content.update(piece)
    except OSError as error:
        raise ValueError(f"path {str(file)!r}: {reason(error)}") from None
    return content.hexdigest()[:20]
