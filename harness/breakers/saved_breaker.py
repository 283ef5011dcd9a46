"""A breaker on disk: weights as plain arrays, and a JSON from which the network is rebuilt."""

import math
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError

from harness.array_types import KerasModel
from harness.breakers.architecture_spec import (
    SPEC_FILE,
    ArchitectureSpec,
    architecture_spec_of,
    describe,
)
from harness.complaints import complaints
from harness.errors import HarnessError, SpecError
from harness.files.downloads import BROKEN
from harness.options import KEPT
from harness.registry import find_loaded

if TYPE_CHECKING:
    from harness.breakers.pretrained import Pretrained

WEIGHTS = "weights.npz"
HEADER = 10_000  # bytes before the numbers of an array


def save(model: KerasModel, folder: Path, architecture_spec: Mapping[str, object]) -> None:
    """Write weights.npz (model.weights in their order as w000, w001, ...) and breaker.json.

    Args:
        model: a Keras model.
        folder: where the two files go.
        architecture_spec: an ArchitectureSpec.
    """
    write(model, folder / WEIGHTS)
    describe(folder, architecture_spec)


def load(folder: Path, precision: str = "float32") -> tuple[KerasModel, ArchitectureSpec]:
    """Rebuild a breaker from its files, which hold neither pickles nor code.

    Args:
        folder: of a breaker in the store, or from elsewhere.
        precision: of its arithmetic, float32 or bfloat16.

    Returns:
        The Keras model, and its architecture spec as `save` took it.

    Raises:
        HarnessError: the files are damaged, say what no breaker can be, or belong to another
            architecture.
    """
    from harness.breakers.architecture import Architecture
    from harness.breakers.pretrained import Pretrained

    spec = architecture_spec_of(folder)
    try:
        row = find_loaded("architecture", spec["architecture"], spec["options"])
    except SpecError as error:
        raise HarnessError(f"{folder / SPEC_FILE}: {error}") from None
    if issubclass(row, Pretrained):
        return _imported(folder, row, spec), spec
    if not issubclass(row, Architecture):
        raise HarnessError(f"{folder / SPEC_FILE}: {spec['architecture']} is not an architecture")
    try:
        architecture = row.model_validate(spec["options"])
    except ValidationError as error:
        lines = "; ".join(complaints(error, "options", spec["options"], row))
        raise HarnessError(f"{folder / SPEC_FILE}: {lines}") from None
    classes = len(spec["alphabet"]) + (spec["blank"] is not None)
    shape = spec["shape"]
    try:
        model = architecture.build(shape, spec["length"], classes, 0, precision)
    except ValueError as error:  # Keras's, where nothing is left of so small an image
        reason = f"{spec['architecture']} cannot be built for {shape}: {error}"
        raise HarnessError(f"{folder / SPEC_FILE}: {reason:.300}") from error
    fill(model, folder / WEIGHTS)
    return model, spec


def _imported(folder: Path, row: type["Pretrained"], spec: ArchitectureSpec) -> KerasModel:
    """Load the network of a model's file; where it was trained further, with those weights."""
    from harness.breakers.imported import network_of

    options = row.model_validate(spec["options"], context=KEPT)
    network: KerasModel = network_of(options, folder, spec)
    if (folder / WEIGHTS).is_file():
        fill(network, folder / WEIGHTS)
    return network


def copy_imported(source: Path, folder: Path) -> None:
    """Keep the file of an imported model beside weights that were trained further."""
    for file in source.glob("model.*"):
        shutil.copyfile(file, folder / file.name)


def is_imported(folder: Path) -> bool:
    """Tell whether a breaker's network comes from a model's file, and not from our own code."""
    return any(folder.glob("model.*"))


def write(model: KerasModel, file: Path) -> None:
    """Write model.weights in their order as the arrays w000, w001, ... of a .npz."""
    arrays = {f"w{n:03d}": weight.numpy() for n, weight in enumerate(model.weights)}
    np.savez(file, allow_pickle=False, **arrays)


def fill(model: KerasModel, file: Path) -> None:
    """Set a model's weights from a file of `write`.

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
