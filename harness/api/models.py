"""Models of other programs, seen as breakers: images in, logits or answers out."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.breakers.network import UNIT, Bounds, Shape
from harness.errors import SpecError

if TYPE_CHECKING:
    from harness.array_types import Filter
    from harness.breakers.reader import Reader
    from harness.defenses.defense import InputDefense

SUFFIXES = (".keras", ".onnx")


@dataclass(frozen=True)
class Defended:
    """A model behind a filter; attacks go through the filter, as in a sweep.

    Attributes:
        model: as it was given.
        defense: the filter's options.
        filter: float32 images [batch, height, width, channels] -> the same shape.
    """

    model: Any
    defense: "InputDefense"
    filter: "Filter"


def has_gradients(model: Any) -> bool:
    """Tell whether attacks can ask a model for gradients: not of an ONNX file."""
    model = model.model if isinstance(model, Defended) else model
    return not (is_session(model) or Path(model).suffix == ".onnx" if _is_path(model) else False)


def is_session(model: Any) -> bool:
    """Tell whether it is a session of onnxruntime, which need not be installed."""
    return type(model).__module__.partition(".")[0] == "onnxruntime"


def _is_path(model: Any) -> bool:
    return isinstance(model, str | os.PathLike)


def reader_of(
    model: Any, shape: Shape, bounds: Bounds = UNIT, blank: int | None = None
) -> "Reader":
    """Give the reader of a model.

    Args:
        model: a keras.Model; the path of a .keras or an .onnx file; a session of onnxruntime; one
            of them behind a filter (see harness.defend).
        shape: of one image: height, width, channels.
        bounds: the numbers that the model takes for black and for white.
        blank: the class that stands for no character, where texts differ in length.

    Raises:
        SpecError: it is none of these, or takes other images.
        RequirementError: onnxruntime is not installed.
    """
    from harness.breakers.keras_network import keras_network, load_keras
    from harness.breakers.onnx_network import OnnxNetwork
    from harness.breakers.reader import Reader

    before, draws = None, 1
    if isinstance(model, Defended):
        model, before, draws = model.model, model.filter, model.defense.draws()
    low, high = bounds
    if not low < high:
        raise SpecError(f"bounds: {bounds}; give the numbers for black and for white, as in (0, 1)")
    if _is_path(model):
        file = Path(model)
        if file.suffix not in SUFFIXES:
            raise SpecError(f"model: {file} is neither a .keras nor an .onnx file")
        model = load_keras(file) if file.suffix == ".keras" else file
    if isinstance(model, Path) or is_session(model):
        network: Any = OnnxNetwork(model, shape, bounds)
    else:
        network = keras_network(model, shape, bounds)
    return Reader(network, before, blank, draws=draws)
