"""Weights as plain arrays: no pickle, no code in the file."""

from pathlib import Path
from typing import Any

import numpy as np

from harness.errors import HarnessError


def save(model: Any, file: Path) -> None:
    """Write the arrays of model.weights in their order, as w000, w001, ... of an .npz."""
    arrays = {f"w{n:03d}": weight.numpy() for n, weight in enumerate(model.weights)}
    np.savez(file, allow_pickle=False, **arrays)


def load(model: Any, file: Path) -> None:
    """Read them back into a model of the same architecture.

    Raises:
        HarnessError: the file belongs to another architecture.
    """
    with np.load(file, allow_pickle=False) as arrays:
        values = [arrays[name] for name in sorted(arrays.files)]
    if [value.shape for value in values] != [tuple(weight.shape) for weight in model.weights]:
        raise HarnessError(f"{file} holds the weights of another architecture")
    model.set_weights(values)
