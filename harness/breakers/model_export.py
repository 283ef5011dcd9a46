"""Export of a breaker for other programs: its weights as one .npz, its layers as one JSON."""

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

import numpy as np
import numpy.typing as npt

from harness.array_types import KerasLayer, Tensor
from harness.breakers import saved_breaker
from harness.errors import RequirementError
from harness.files.atomic import write_new

ARRAYS, LAYERS = "weights.npz", "layers.json"
NamedArrays = dict[str, npt.NDArray[np.generic]]


class ExportedLayer(TypedDict):
    """A layer in layers.json; see export_model."""

    name: str
    kind: str
    config: dict[str, object]
    takes: list[str]
    constants: list[float | str]
    gives: list[int]
    weights: list[str]


def export_model(trained: Path, folder: Path) -> int:
    """Write a breaker as weights.npz and layers.json.

    layers.json has what the network reads (shape, alphabet, blank) and its layers in an order in
    which each comes after those it takes its input from: name, kind, config (as Keras has it),
    takes (names of layers; "name:1" is the second output of one), constants (what else it takes, in
    its order: numbers, or names in weights.npz), gives (shape of one output), weights (names in
    weights.npz). Plain operations (Relu, Reshape) are layers as well. Batch normalization is
    written as every library has it: gamma, beta, moving mean and variance.

    Args:
        trained: the folder of a breaker in the store.
        folder: made if need be; files of other content stay.

    Returns:
        The number of layers.

    Raises:
        SpecError: another file has the name of one of the two.
        RequirementError: the folder cannot be written.
    """
    model, spec = saved_breaker.load(trained)
    arrays: NamedArrays = {}
    layers = [_layer(layer, arrays) for layer in model.operations]
    about = {
        "architecture": spec["architecture"],
        "shape": spec["shape"],
        "length": spec["length"],
        "alphabet": spec["alphabet"],
        "blank": spec["blank"],
    }
    document = {"schema_version": 1, **about, "layers": layers}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        packed = io.BytesIO()
        np.savez(packed, allow_pickle=False, **arrays)
        write_new(folder / ARRAYS, packed.getvalue())
        write_new(folder / LAYERS, json.dumps(document, indent=1, default=str).encode())
    except OSError as error:
        raise RequirementError(f"cannot write to {folder}: {error.strerror}") from None
    return len(layers)


def _layer(layer: KerasLayer, arrays: NamedArrays) -> ExportedLayer:
    """Describe one layer, and add its weights to `arrays`."""
    from harness.breakers.batch_norm import EPSILON, BatchNorm

    kind, config = type(layer).__name__, layer.get_config()
    if isinstance(layer, BatchNorm):
        kind, config = "BatchNormalization", {"epsilon": EPSILON, "axis": -1}
        named = layer.plain()
    else:
        weights = getattr(layer, "weights", ())  # plain operations have none
        named = {f"{n}.{weight.name}": weight.numpy() for n, weight in enumerate(weights)}
    arrays |= {f"{layer.name}.{key}": array for key, array in named.items()}
    node = layer._inbound_nodes[0]
    values = (*node.arguments.args, *node.arguments.kwargs.values())
    output = layer.output[0] if isinstance(layer.output, list | tuple) else layer.output
    return {
        "name": layer.name,
        "kind": kind,
        "config": config,
        "takes": [_source(tensor) for tensor in node.input_tensors],
        "constants": _constants(layer.name, values, arrays),
        "gives": [int(size) for size in output.shape[1:]],
        "weights": [f"{layer.name}.{key}" for key in named],
    }


def _constants(name: str, values: Iterable[object], arrays: NamedArrays) -> list[float | str]:
    """List what a layer takes besides tensors: numbers, slices, and arrays, added to `arrays`."""
    constants: list[float | str] = []
    for value in values:
        if isinstance(value, np.ndarray):
            constants.append(f"{name}.constant")
            arrays[f"{name}.constant"] = value
        elif isinstance(value, int | float):
            constants.append(value)
        elif isinstance(value, tuple):
            constants.append(str(value))
    return constants


def _source(tensor: Tensor) -> str:
    """Name the layer that a tensor comes from, and which of its outputs it is."""
    operation, _node, number = tensor._keras_history
    return f"{operation.name}:{number}" if number else str(operation.name)
