"""A breaker on disk: weights as plain arrays, and a JSON that says how to rebuild the network."""

import json
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
from pydantic import ConfigDict, Field, ValidationError, model_validator

from harness.complaints import complaints
from harness.datasets.generator import LARGEST_ALPHABET
from harness.downloads import BROKEN
from harness.errors import HarnessError, SpecError
from harness.specs import Options
from harness.tables import find

WEIGHTS, SPEC_FILE = "weights.npz", "breaker.json"
LARGEST_MADE = 1_000_000  # bytes of breaker.json
MOST_PIXELS = 3 * 1024 * 1024  # numbers of a captcha, or of a sound: more than are ever drawn
HEADER = 10_000  # bytes before the numbers of an array
Side = Annotated[int, Field(ge=1, le=MOST_PIXELS)]


class ArchitectureSpec(Options):
    """What breaker.json says; from elsewhere it may say anything.

    Attributes:
        architecture: its row.
        options: of the row.
        shape: height, width, channels.
        length: characters of the longest captcha.
        alphabet: the characters in the order of their classes.
        blank: the class that stands for no character; None without one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    architecture: str
    options: dict[str, Any]
    shape: tuple[Side, Side, Annotated[int, Field(ge=1, le=4)]]
    length: Annotated[int, Field(ge=1, le=LARGEST_ALPHABET)]
    alphabet: Annotated[str, Field(min_length=1, max_length=LARGEST_ALPHABET)]
    blank: int | None = None

    @model_validator(mode="after")
    def _of_captchas(self) -> Self:
        height, width, channels = self.shape
        if height * width * channels > MOST_PIXELS:
            raise ValueError(f"shape {list(self.shape)}: larger than any captcha")
        if self.blank not in (None, len(self.alphabet)):
            raise ValueError(f"blank = {self.blank}: it is the class after the alphabet's")
        return self


def save(model: Any, folder: Path, made: Mapping[str, Any]) -> None:
    """Write model.weights in their order as w000, w001, ..., and breaker.json.

    Args:
        model: a Keras model.
        folder: where the two files go.
        made: architecture, options, shape, length, alphabet, and blank (null, or the class that
            stands for no character): what rebuilds the network.
    """
    write(model, folder / WEIGHTS)
    text = json.dumps(made, sort_keys=True, indent=1)
    (folder / SPEC_FILE).write_text(text, encoding="utf-8")


def load(folder: Path, precision: str = "float32") -> tuple[Any, dict[str, Any]]:
    """Rebuild a breaker by our own code; no pickle, no code in the files.

    Args:
        folder: of a breaker in the store, or from elsewhere.
        precision: of its arithmetic, float32 or bfloat16.

    Returns:
        The Keras model, and what `save` was told of it.

    Raises:
        HarnessError: the files are damaged, say what no breaker can be, or belong to another
            architecture.
    """
    from harness.breakers.architecture import Architecture

    made = _checked(folder)
    try:
        row = find("architecture", made["architecture"])
    except SpecError as error:
        raise HarnessError(f"{folder / SPEC_FILE}: {error}") from None
    if not issubclass(row, Architecture):
        raise HarnessError(f"{folder / SPEC_FILE}: {made['architecture']} is not an architecture")
    try:
        architecture = row.model_validate(made["options"])
    except ValidationError as error:
        lines = "; ".join(complaints(error, "options", made["options"], row))
        raise HarnessError(f"{folder / SPEC_FILE}: {lines}") from None
    height, width, channels = made["shape"]
    classes = len(made["alphabet"]) + (made["blank"] is not None)
    shape = (height, width, channels)
    try:
        model = architecture.build(shape, made["length"], classes, 0, precision)
    except ValueError as error:  # Keras's, where nothing is left of so small an image
        reason = f"{made['architecture']} cannot be built for {shape}: {error}"
        raise HarnessError(f"{folder / SPEC_FILE}: {reason:.300}") from error
    fill(model, folder / WEIGHTS)
    return model, made


def architecture_spec_of(folder: Path) -> dict[str, Any]:
    """Say what `save` was told of a breaker, unchecked.

    Raises:
        HarnessError: breaker.json is damaged.
    """
    file = folder / SPEC_FILE
    try:
        with file.open("rb") as stream:
            content = json.loads(stream.read(LARGEST_MADE))
    except OSError as error:
        raise HarnessError(f"{file}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:  # not JSON, not UTF-8, brackets in brackets
        raise HarnessError(f"{file}: damaged, or not JSON ({error!s:.120})") from None
    if not isinstance(content, dict):
        raise HarnessError(f"{file}: damaged, it holds no table")
    return content


def _checked(folder: Path) -> dict[str, Any]:
    """Say what `save` was told of a breaker, if it can be."""
    content = architecture_spec_of(folder)
    try:
        return ArchitectureSpec.model_validate(content).model_dump()
    except ValidationError as error:
        lines = "; ".join(complaints(error, "", content))
        raise HarnessError(f"{folder / SPEC_FILE}: {lines}") from None


def write(model: Any, file: Path) -> None:
    """Write model.weights in their order as w000, w001, ..."""
    arrays = {f"w{n:03d}": weight.numpy() for n, weight in enumerate(model.weights)}
    np.savez(file, allow_pickle=False, **arrays)


def fill(model: Any, file: Path) -> None:
    """Give a model the weights of a file.

    Raises:
        HarnessError: they are damaged, no numbers, or belong to another architecture.
    """
    largest = max((4 * math.prod(weight.shape) for weight in model.weights), default=0)
    if not file.is_file():
        raise HarnessError(f"{file}: there is no such file")
    try:
        with zipfile.ZipFile(file) as archive:
            packed = archive.infolist()
        too_large = any(part.file_size > 2 * largest + HEADER for part in packed)
        if len(packed) != len(model.weights) or too_large:
            raise HarnessError(f"{file} holds the weights of another architecture")
        with np.load(file, allow_pickle=False) as arrays:
            values = [arrays[name] for name in sorted(arrays.files)]
    except OSError as error:
        raise HarnessError(f"{file}: cannot be read ({error.strerror or error})") from None
    except BROKEN as error:
        reason = str(error) or type(error).__name__
        raise HarnessError(f"{file}: damaged, or no weights of a breaker ({reason:.120})") from None
    if [np.shape(value) for value in values] != [tuple(weight.shape) for weight in model.weights]:
        raise HarnessError(f"{file} holds the weights of another architecture")
    for value, weight in zip(values, model.weights, strict=True):
        kind = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
        if kind == "bytes" or value.dtype.kind != np.dtype(weight.dtype).kind:
            raise HarnessError(f"{file} holds {kind} where weights are {weight.dtype}")
    model.set_weights(values)
