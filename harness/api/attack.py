"""harness.attack: one attack on one model of any program, over all radii."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy.typing as npt

from harness.api.attack_result import AttackResult, Radius, result_of
from harness.api.inputs import Labelled, checked_images, checked_labels, checked_radii
from harness.api.models import Defended, has_gradients, reader_of
from harness.attacks.attack import Attack, Perturbed
from harness.attacks.radii import radii as in_order
from harness.breakers.network import UNIT, Bounds
from harness.errors import SpecError
from harness.progress import Progress, no_progress
from harness.registry import find, rows


def attack(
    model: Any,
    images: npt.ArrayLike,
    labels: npt.ArrayLike,
    attack: Attack | type[Attack] | str = "auto",
    epsilons: float | Sequence[float] = (0.03, 0.1, 0.3),
    *,
    seed: int = 0,
    bounds: Bounds = UNIT,
    blank: int | None = None,
    progress: Progress = no_progress,
) -> AttackResult:
    """Attack a classifier with images of its own kind.

    Args:
        model: a keras.Model with output [batch, classes] or [batch, length, classes], logits or
            probabilities; the path of a .keras or an .onnx file; an onnxruntime.InferenceSession;
            or what harness.defend gives. Whatever it was trained on, it is given float32 pixels
            between `bounds`.
        images: uint8, or floats in [0, 1], [n, height, width, channels] or [n, height, width].
        labels: the right classes, whole numbers [n]; or [n, length].
        attack: an attack, its class, or its name, as in `captcha-harness list attacks`.
        epsilons: one radius or several, in any order; pixels lie in [0, 1].
        seed: of what is random; image i draws from (seed, i) alone.
        bounds: the numbers that the model takes for black and for white, as (0, 255) or (-1, 1).
        blank: the class that stands for no character, where texts differ in length.
        progress: called as progress(done, total, note).

    Returns:
        What the attack has left, at each radius in the order asked for.

    Raises:
        SpecError: an argument is wrong; the message says what to give.
        RequirementError: the model is an ONNX file, and onnxruntime is not installed.
    """
    chosen = attack_of(attack)
    radii = checked_radii(epsilons, chosen.norm)
    clean, flat = checked_images(images)
    _check_knowledge(chosen, model)
    reader = reader_of(model, clean.shape[1:], bounds, blank)
    data = Labelled(clean, checked_labels(labels, len(clean), reader.length, reader.classes), flat)
    if blank is not None and not 0 <= blank < reader.classes:
        raise SpecError(f"blank: {blank} is no class; the model has {reader.classes}")
    from harness.measurements.curves import trust_checks

    ascending = in_order(radii)
    notes = trust_checks.look(chosen, reader, data.images, data.labels, ascending, seed)
    perturbed = chosen.perturb(reader, data.images, data.labels, ascending, seed, progress)
    measured = list(_measured(perturbed, reader))
    marks = (*chosen.marks(), *_marks_of(model, chosen))
    return result_of(chosen, reader, data, measured, radii, notes, marks, seed)


def attack_of(attack: Attack | type[Attack] | str) -> Attack:
    """Give an attack by itself, by its class, or by its name.

    Raises:
        SpecError: it is none.
    """
    if isinstance(attack, str):
        attack = _row(attack)
    if isinstance(attack, type) and issubclass(attack, Attack):
        return attack()
    if not isinstance(attack, Attack):
        raise SpecError(
            f"attack: {attack!r}; give an attack, as Pgd(steps=40), or its name: "
            f"{', '.join(sorted(rows('attack')))}"
        )
    return attack


def _row(name: str) -> type[Attack]:
    row = find("attack", name)
    if not issubclass(row, Attack):
        raise SpecError(f"attack: {name} is no subclass of harness.Attack")
    return row


def _check_knowledge(attack: Attack, model: Any) -> None:
    """Refuse an attack that asks for gradients where a model has none.

    Raises:
        SpecError: it does; the attacks that do not are named.
    """
    if attack.answers != "gradients" or has_gradients(model):
        return
    names = [name for name in sorted(rows("attack")) if _row(name).answers != "gradients"]
    raise SpecError(
        f"attack: {type(attack).__name__} asks for gradients, and an ONNX file has none; "
        f"choose one of {', '.join(names)}, or give the Keras model"
    )


def _marks_of(model: Any, attack: Attack) -> tuple[str, ...]:
    """Give the codes of a filter that the attack's rows carry."""
    if not isinstance(model, Defended):
        return ()
    random = ("random_filter",) if model.defense.random else ()
    return random + (model.defense.marks() if attack.knowledge == "white_box" else ())


def _measured(radii: Iterator[Perturbed], reader: Any) -> Iterator[Radius]:
    """Read the images of each radius."""
    import time

    start = time.perf_counter()
    for radius in radii:
        classes = reader.read(radius.images)
        yield Radius(radius, classes, time.perf_counter() - start)
        start = time.perf_counter()
