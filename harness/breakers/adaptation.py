"""Adaptation: a network takes over the weights of another one, for other characters and lengths."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from harness.array_types import KerasModel
from harness.breakers.architecture_spec import ArchitectureSpec
from harness.breakers.counting_attention import Queries
from harness.errors import HarnessError

Floats = npt.NDArray[np.float32]
# Logit of a character that the other network does not know, below that of its least likely one:
# it is not read until a training raises it.
BELOW = 4.0


def adapt(model: KerasModel, spec: ArchitectureSpec, source: Path) -> None:
    """Set a network's weights to those of a trained breaker.

    Characters that both know keep their classes, wherever these lie in the two alphabets; others
    begin as unlikely ones. Queries of places beyond the other network's last one begin as that.

    Args:
        model: built by the same architecture as the breaker; set in place.
        spec: of the network.
        source: the folder of the breaker.

    Raises:
        HarnessError: the breaker is of another architecture, or works on images of another size.
    """
    from harness.breakers import saved_breaker

    other, theirs = saved_breaker.load(source)
    if theirs["architecture"] != spec["architecture"]:
        raise HarnessError(
            f"start_from: {theirs['architecture']!r} has other layers than "
            f"{spec['architecture']!r}; start from a breaker of the same architecture"
        )
    classes = _classes(spec, theirs)
    head = model.layers[-2] if not model.layers[-1].weights else model.layers[-1]
    for layer, old in zip(model.layers, other.layers, strict=True):
        values = [weight.numpy() for weight in old.weights]
        if layer is head:
            values = _of_characters(values, classes)
        elif isinstance(layer, Queries):
            values = _of_places(values, old.length, spec["length"])
        shapes = [tuple(weight.shape) for weight in layer.weights]
        if shapes != [value.shape for value in values]:
            raise HarnessError(
                f"start_from: that breaker reads captchas of {theirs['length']} characters, these "
                f"have {spec['length']}, and the network looks at them in another size; start from "
                "one for captchas of about that length"
            )
        layer.set_weights(values)


def _classes(spec: ArchitectureSpec, theirs: ArchitectureSpec) -> list[int | None]:
    """Look up each class of a network among those of the other one; None: it has none such."""
    alphabet = theirs["alphabet"]
    known = {character: number for number, character in enumerate(alphabet)}
    looked_up = [known.get(character) for character in spec["alphabet"]]
    return looked_up if spec["blank"] is None else [*looked_up, theirs["blank"]]


def _of_characters(values: Sequence[Floats], classes: Sequence[int | None]) -> list[Floats]:
    """Choose the columns of the last layer, [features, classes] and [classes], by character."""
    kernel, bias = values
    unknown = np.zeros_like(kernel[:, 0])
    columns = [unknown if number is None else kernel[:, number] for number in classes]
    least = bias.min() - BELOW
    levels = [least if number is None else bias[number] for number in classes]
    return [np.stack(columns, axis=1), np.asarray(levels, np.float32)]


def _of_places(values: Sequence[Floats], before: int, now: int) -> list[Floats]:
    """Bring the queries [places, features] to another number of places."""
    places = np.minimum(np.arange(now), before - 1)
    return [
        value[places] if value.ndim == 2 and value.shape[0] == before else value  # noqa: PLR2004
        for value in values
    ]
