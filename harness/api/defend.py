"""harness.defend: a filter before a model, which attacks and detectors then go through."""

from typing import Any

import numpy as np
import numpy.typing as npt

from harness.api.inputs import Images, checked_images
from harness.api.models import Defended
from harness.defenses.defense import InputDefense, LearnedDefense
from harness.errors import SpecError
from harness.progress import Progress, no_progress
from harness.registry import DEFENSES, find

SIXTEEN_BITS = 65535


def defend(
    model: Any,
    defense: InputDefense | type[InputDefense] | str,
    clean_images: npt.ArrayLike | None = None,
    *,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Defended:
    """Put a filter before a model; harness.attack goes through it as a sweep's attacks do.

    Args:
        model: see harness.attack.
        defense: a filter, its class or its name, as in `captcha-harness list defenses`.
        clean_images: what a filter that learns is trained on; see harness.attack.
        seed: of that training.
        progress: called as progress(done, total, note) while it trains.

    Returns:
        The model behind the filter, in place of a model for harness.attack and harness.detector.

    Raises:
        SpecError: it is no filter, or a filter that learns is given no images.
    """
    filtering = _filter_of(defense)
    if isinstance(model, Defended):
        raise SpecError("model: is behind a filter already; one filter at a time")
    if not isinstance(filtering, LearnedDefense):
        return Defended(model, filtering, filtering.filter())
    if clean_images is None:
        raise SpecError(
            f"clean_images: {type(filtering).__name__} learns from clean images; give some that "
            "the model was trained on"
        )
    clean, _flat = checked_images(clean_images)
    return Defended(model, filtering, denoiser_of(clean, seed, progress))


def _filter_of(defense: InputDefense | type[InputDefense] | str) -> InputDefense:
    if isinstance(defense, str):
        row: Any = find("defense", defense)
    else:
        row = defense
    if isinstance(row, type) and issubclass(row, InputDefense):
        return row()
    if not isinstance(row, InputDefense):
        filters = [name for name in DEFENSES if issubclass(find("defense", name), InputDefense)]
        raise SpecError(
            f"defense: {defense!r} is no filter; filters are {', '.join(filters)}. Defenses that "
            "train a breaker further take part in sweeps"
        )
    return row


def denoiser_of(clean: Images, seed: int, progress: Progress) -> Any:
    """Train the denoising autoencoder on clean images: a filter.

    Args:
        clean: uint8 or float32 [n, height, width, channels]; floats are rounded to 16 bits.
        seed: of the training.
        progress: told of it.
    """
    from harness.defenses import autoencoder_training

    whole: Images = clean
    if clean.dtype == np.float32:
        whole = np.rint(clean.astype(np.float64) * SIXTEEN_BITS).astype(np.uint16)
    model = autoencoder_training.train(whole, seed, progress)
    return lambda images: model(images, training=False)
