"""Curves, carried out: one attack on one breaker over all radii, and what it reads then."""

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from harness.array_types import Labels, Pixels
from harness.attacks.attack import FULL, Perturbed, unit
from harness.datasets.generator import Images
from harness.files.atomic import reserved
from harness.measurements.curves import trust_checks
from harness.measurements.curves.work import Craft, Transfer
from harness.measurements.inputs import labelled, reader
from harness.metrics import distances, right_characters, ssim
from harness.pipeline.context import StepContext

if TYPE_CHECKING:
    from harness.readers import GradientReader, TextReader

CURVE, SAMPLES, PERTURBED = "curve.npz", "samples.npz", "perturbed.npy"
AIMS = "aims"  # in curve.npz: the classes that a targeted attack wants to be read
PICTURED = 4  # captchas of each radius that the report shows
COMPARED = 100  # captchas behind the mean SSIM


def craft(work: Craft, context: StepContext) -> None:
    """Attack a breaker at every radius and record what it reads then.

    Args:
        work: the attack, the radii, the number of captchas, whether to keep the images.
        context: gets curve.npz, samples.npz and, if asked for, perturbed.npy; notes the seconds of
            each radius, the probes of gradients and answers, and whether more steps help, with the
            radius at which they were tried.
    """
    data = labelled(context.inputs[work.test])
    # Attacks ask of it what their `answers` name; the plan gives texts only to those on classes.
    breaker = cast("GradientReader", reader(work.victim, context, work.test))
    attack, clean = work.options, np.ascontiguousarray(data.images[: work.captchas])
    labels = data.labels[: work.captchas]
    context.notes.update(
        trust_checks.look(attack, breaker, clean, labels, work.epsilons, work.seed)
    )
    keep = None
    if work.keep_images:
        shape = (len(work.epsilons), *clean.shape)
        exact = np.float32 if "outside_range" in attack.marks() else np.uint16
        keep = reserved(context.folder / PERTURBED, exact, shape)
    aims = attack.aims(breaker, clean, labels, work.seed)
    radii = attack.perturb(breaker, clean, labels, work.epsilons, work.seed, context.progress)
    _record(_timed(radii), breaker, clean, labels, aims, context, keep)


def transfer(work: Transfer, context: StepContext) -> None:
    """Let another breaker read the images of a curve; see `craft` for what is written."""
    source, data = context.inputs[work.curve].path, labelled(context.inputs[work.test])
    kept = np.load(source / PERTURBED, mmap_mode="r", allow_pickle=False)
    with np.load(source / CURVE, allow_pickle=False) as curve:
        epsilons = [float(epsilon) for epsilon in curve["epsilons"]]
        aims = curve.get(AIMS)
    clean = np.ascontiguousarray(data.images[: kept.shape[1]])

    def radii() -> Iterator[Perturbed]:
        for number, epsilon in enumerate(epsilons):
            context.progress(number, len(epsilons), "reading")
            yield Perturbed(epsilon, np.asarray(kept[number]), 0)

    labels = data.labels[: kept.shape[1]]
    breaker = reader(work.victim, context, work.test)
    _record(_timed(radii()), breaker, clean, labels, aims, context, None)


def _timed(radii: Iterable[Perturbed]) -> Iterator[tuple[Perturbed, float]]:
    start = time.perf_counter()
    for radius in radii:
        yield radius, time.perf_counter() - start
        start = time.perf_counter()


def _record(
    radii: Iterable[tuple[Perturbed, float]],
    breaker: "TextReader",
    clean: Images,
    labels: Labels,
    aims: Labels | None,
    context: StepContext,
    keep: npt.NDArray[np.generic] | None,
) -> None:
    """Read the images of each radius, and write the curve and its samples."""
    columns: dict[str, list[npt.ArrayLike]] = {}
    samples, seconds = [], []
    for number, (radius, crafted) in enumerate(radii):
        start = time.perf_counter()
        classes = breaker.read(radius.images)
        if keep is not None:
            keep[number] = radius.images
        for name, value in measures(radius, clean, classes, labels, breaker.blank).items():
            columns.setdefault(name, []).append(value)
        samples.append(shown(radius.images[:PICTURED]))
        seconds.append(crafted + time.perf_counter() - start)
    kept = {name: np.array(values) for name, values in columns.items()}
    if aims is not None:
        kept[AIMS] = aims
    np.savez(context.folder / CURVE, allow_pickle=False, **kept)
    np.savez(context.folder / SAMPLES, allow_pickle=False, perturbed=np.array(samples))
    if isinstance(keep, np.memmap):
        keep.flush()
    context.notes["radius_seconds"] = seconds


def shown(images: Pixels) -> npt.NDArray[np.uint16]:
    """Round images to 16 bits, clipped to [0, 1], as a page would show them."""
    if images.dtype == np.uint16:
        return images.astype(np.uint16, copy=False)
    clipped: npt.NDArray[np.uint16] = np.rint(np.clip(images, 0, 1) * FULL).astype(np.uint16)
    return clipped


def measures(
    radius: Perturbed,
    clean: Pixels,
    classes: Labels,
    labels: Labels,
    blank: int | None,
) -> dict[str, npt.ArrayLike]:
    """Measure one radius: classes, right characters and distances of each captcha, mean SSIM."""
    from harness.backend import as_float

    before = unit(clean)
    after = as_float(radius.images)
    linf, l2 = distances(before, after)
    some = min(COMPARED, len(clean))
    return {
        "epsilons": radius.epsilon,
        "gradients": radius.gradients,
        "classes": classes,
        "right": right_characters(classes, labels, blank).astype(np.uint8),
        "linf": linf,
        "l2": l2,
        "ssim": np.mean([ssim(before[n], after[n]) for n in range(some)]),
    }
