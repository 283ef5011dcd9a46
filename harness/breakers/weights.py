"""A breaker on disk: weights as plain arrays, and a JSON that says how to rebuild the network."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from harness.errors import HarnessError
from harness.tables import find

WEIGHTS, MADE = "weights.npz", "breaker.json"


def save(model: Any, folder: Path, made: Mapping[str, Any]) -> None:
    """Write model.weights in their order as w000, w001, ..., and breaker.json.

    Args:
        model: a Keras model.
        folder: where the two files go.
        made: architecture, options, shape, length, alphabet, and blank (null, or the class that
            stands for no character): what rebuilds the network.
    """
    write(model, folder / WEIGHTS)
    (folder / MADE).write_text(json.dumps(made, sort_keys=True, indent=1))


def load(folder: Path, precision: str = "float32") -> tuple[Any, dict[str, Any]]:
    """Rebuild a breaker by our own code; no pickle, no code in the files.

    Args:
        folder: of a breaker in the store.
        precision: of its arithmetic, float32 or bfloat16.

    Returns:
        The Keras model, and what `save` was told of it.

    Raises:
        HarnessError: the weights belong to another architecture.
    """
    from harness.breakers.architecture import Architecture

    made = made_of(folder)
    architecture = find("architecture", made["architecture"]).model_validate(made["options"])
    if not isinstance(architecture, Architecture):
        raise HarnessError(f"{folder / MADE}: {made['architecture']} is not an architecture")
    height, width, channels = made["shape"]
    classes = len(made["alphabet"]) + (made.get("blank") is not None)
    shape = (height, width, channels)
    model = architecture.build(shape, made["length"], classes, 0, precision)
    fill(model, folder / WEIGHTS)
    return model, made


def made_of(folder: Path) -> dict[str, Any]:
    """What `save` was told of a breaker."""
    made: dict[str, Any] = json.loads((folder / MADE).read_text())
    return made


def write(model: Any, file: Path) -> None:
    """Write model.weights in their order as w000, w001, ..."""
    arrays = {f"w{n:03d}": weight.numpy() for n, weight in enumerate(model.weights)}
    np.savez(file, allow_pickle=False, **arrays)


def fill(model: Any, file: Path) -> None:
    """Give a model the weights of a file.

    Raises:
        HarnessError: they belong to another architecture.
    """
    with np.load(file, allow_pickle=False) as arrays:
        values = [arrays[name] for name in sorted(arrays.files)]
    if [value.shape for value in values] != [tuple(weight.shape) for weight in model.weights]:
        raise HarnessError(f"{file} holds the weights of another architecture")
    model.set_weights(values)
