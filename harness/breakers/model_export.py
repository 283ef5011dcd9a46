"""A breaker for other programs: its weights as one plain .npz, its layers as one JSON."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from harness.breakers import saved_breaker
from harness.errors import LackingError
from harness.files import write_new

ARRAYS, LAYERS = "weights.npz", "layers.json"


def export_model(trained: Path, folder: Path) -> int:
    """Write weights.npz and layers.json.

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
        LackingError: the folder cannot be written.
    """
    model, made = saved_breaker.load(trained)
    arrays: dict[str, Any] = {}
    layers = [_layer(layer, arrays) for layer in model.operations]
    about = {key: made.get(key) for key in ("architecture", "shape", "length", "alphabet", "blank")}
    document = {"schema_version": 1, **about, "layers": layers}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        packed = io.BytesIO()
        np.savez(packed, allow_pickle=False, **arrays)
        write_new(folder / ARRAYS, packed.getvalue())
        write_new(folder / LAYERS, json.dumps(document, indent=1, default=str).encode())
    except OSError as error:
        raise LackingError(f"cannot write to {folder}: {error.strerror}") from None
    return len(layers)


def _layer(layer: Any, arrays: dict[str, Any]) -> dict[str, Any]:
    """Give one layer; its weights go into `arrays`."""
    from harness.breakers.batch_norm import EPSILON, BatchNorm

    kind, config = type(layer).__name__, layer.get_config()
    if isinstance(layer, BatchNorm):
        kind, config = "BatchNormalization", {"epsilon": EPSILON, "axis": -1}
        named = layer.plain()
    else:
        own = getattr(layer, "weights", ())
        named = {f"{n}.{weight.name}": weight.numpy() for n, weight in enumerate(own)}
    arrays |= {f"{layer.name}.{word}": array for word, array in named.items()}
    node = layer._inbound_nodes[0]
    output = layer.output[0] if isinstance(layer.output, list | tuple) else layer.output
    return {
        "name": layer.name,
        "kind": kind,
        "config": config,
        "takes": [_source(tensor) for tensor in node.input_tensors],
        "constants": _constants(layer.name, node.arguments, arrays),
        "gives": [int(size) for size in output.shape[1:]],
        "weights": [f"{layer.name}.{word}" for word in named],
    }


def _constants(name: str, arguments: Any, arrays: dict[str, Any]) -> list[float | str]:
    """What a layer takes besides tensors: numbers, parts of the input, arrays (into `arrays`)."""
    constants: list[float | str] = []
    for value in (*arguments.args, *arguments.kwargs.values()):
        if isinstance(value, np.ndarray):
            constants.append(f"{name}.constant")
            arrays[f"{name}.constant"] = value
        elif isinstance(value, int | float):
            constants.append(value)
        elif isinstance(value, tuple):
            constants.append(str(value))
    return constants


def _source(tensor: Any) -> str:
    """Which output of which layer a tensor is."""
    operation, _node, number = tensor._keras_history
    return f"{operation.name}:{number}" if number else str(operation.name)
