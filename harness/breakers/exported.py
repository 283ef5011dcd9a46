"""A breaker for other programs: its weights as one plain .npz, its layers as one JSON."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from harness.breakers import weights
from harness.errors import LackingError

ARRAYS, LAYERS = "weights.npz", "layers.json"


def export_model(trained: Path, folder: Path) -> int:
    """Write weights.npz and layers.json.

    layers.json has what the network reads (shape, alphabet, blank) and its layers in an order in
    which each comes after those it takes its input from: name, kind, config (as Keras has it),
    takes (names of layers), gives (shape of one output), weights (names in weights.npz).

    Args:
        trained: the folder of a breaker in the store.
        folder: made if need be.

    Returns:
        The number of layers.

    Raises:
        LackingError: the folder cannot be written.
    """
    model, made = weights.load(trained)
    arrays: dict[str, Any] = {}
    layers = [_layer(layer, arrays) for layer in model.layers]
    about = {key: made.get(key) for key in ("architecture", "shape", "length", "alphabet", "blank")}
    document = {"schema_version": 1, **about, "layers": layers}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / ARRAYS, allow_pickle=False, **arrays)
        (folder / LAYERS).write_text(json.dumps(document, indent=1, default=str))
    except OSError as error:
        raise LackingError(f"cannot write to {folder}: {error.strerror}") from None
    return len(layers)


def _layer(layer: Any, arrays: dict[str, Any]) -> dict[str, Any]:
    """One layer; its weights go into `arrays`."""
    names = []
    for number, weight in enumerate(layer.weights):
        name = f"{layer.name}.{number}.{weight.name}"
        arrays[name] = weight.numpy()
        names.append(name)
    output = layer.output[0] if isinstance(layer.output, list | tuple) else layer.output
    return {
        "name": layer.name,
        "kind": type(layer).__name__,
        "config": layer.get_config(),
        "takes": [node.operation.name for node in layer._inbound_nodes[0].parent_nodes],
        "gives": [int(size) for size in output.shape[1:]],
        "weights": names,
    }
