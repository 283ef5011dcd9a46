"""The size of a step's work: its kind, and how many units of it there are."""

from collections.abc import Callable, Mapping

from harness.breakers.architecture import Recipe
from harness.errors import HarnessError
from harness.options import KEPT, Json
from harness.registry import find_loaded

Likeness = tuple[str, ...]  # steps of equal ones take as long for a unit of work
Counts = Callable[[str], int]  # digest of a step that draws -> its captchas
NUMBERS = ("count", "captchas", "tries", "images")  # keys that say how many captchas there are
SPLITS = ("test", "data", "train")


def work_size(spec: Mapping[str, Json], counts: Counts) -> tuple[Likeness, float]:
    """Measure the work of a step.

    Args:
        spec: the work as JSON, as plans and artifacts have it.
        counts: gives the captchas of a split.

    Returns:
        What it is like, and its units: captchas that are drawn or read, images that a training
        shows, captchas times radii of an attack.
    """
    step = str(spec.get("step", ""))
    if step in ("train", "strengthen"):
        return _training(step, spec, counts)
    number = _captchas(spec, counts)
    if step == "draw":
        return (step, str(spec["generator"])), number
    if step == "read":
        return (step, str(spec["victim"].get("ready_made") or "network")), number
    if step in ("craft", "evade"):
        kind = str(spec.get("attack", ""))
        return (step, kind), number * max(1, len(spec.get("epsilons") or ()))
    if step == "visit":
        return (step,), float(spec["visit"]["visits"])
    if step == "audit":
        return (step,), 600.0 if spec["audit"].get("thorough") else 60.0
    return (step,), number


def _captchas(spec: Mapping[str, Json], counts: Counts) -> float:
    """Count the captchas of a step; 1 where it names none."""
    for key in NUMBERS:
        if isinstance(spec.get(key), int):
            return float(max(1, spec[key]))
    return float(next((counts(spec[key]) for key in SPLITS if spec.get(key)), 1))


def _training(step: str, spec: Mapping[str, Json], counts: Counts) -> tuple[Likeness, float]:
    """Count the images that a training shows."""
    noun = "architecture" if step == "train" else "defense"
    images = _captchas(spec, counts)
    name = str(spec[noun])
    try:
        recipe = find_loaded(noun, name, spec["options"]).model_validate(
            spec["options"], context=KEPT
        )
    except (HarnessError, ValueError):  # a row of another edition, or of a package that is gone
        return (step, name), images
    passes = recipe.passes(int(images)) if isinstance(recipe, Recipe) else 1
    return (step, name), images * max(1, passes)
