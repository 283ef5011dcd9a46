"""The unit of work: one attack on one breaker over all radii, and what it left of the accuracy."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.measurements.curves import probes
from harness.attacks.attack import FULL, Attack, Perturbed
from harness.progress import Progress
from harness.files.atomic import reserved
from harness.metrics import distances, right_characters, ssim
from harness.measurements.curves.spec import Craft

CURVE, SAMPLES, PERTURBED = "curve.npz", "samples.npz", "perturbed.npy"
AIMS = "aims"  # in curve.npz: the classes that a targeted attack wants to be read
PICTURED = 4  # captchas of each radius that the report shows
COMPARED = 100  # captchas behind the mean SSIM


def craft(
    work: Craft, reader: Any, data: Any, folder: Path, notes: dict[str, Any], progress: Progress
) -> None:
    """Attack the reader at every radius and record what it reads then.

    Args:
        work: the attack, the radii, the number of captchas, whether to keep the images.
        reader: harness.breakers.reader.Reader.
        data: LabelledImages of the test split; the first `work.captchas` are attacked.
        folder: gets curve.npz, samples.npz and, if asked for, perturbed.npy.
        notes: gets the seconds of each radius, the facts about gradients, and whether more steps
            help, with the radius at which that was asked.
        progress: told how far it is.
    """
    if not isinstance(work.options, Attack):
        raise TypeError(f"{work.attack} is not an attack")
    clean = np.ascontiguousarray(data.images[: work.captchas])
    labels = data.labels[: work.captchas]
    if work.options.knowledge == "white_box":
        notes["gradients"] = probes.gradients(reader, clean, labels)
    if work.options.answers != "classes":
        notes["answers"] = probes.answers(reader, clean)
    notes["more_steps"] = probes.more_steps(
        work.options, reader, clean, labels, work.epsilons, work.seed
    )
    notes["more_steps_at"] = probes.middle(work.epsilons)
    keep = None
    if work.keep_images:
        shape = (len(work.epsilons), *clean.shape)
        exact = np.float32 if "outside_range" in work.options.marks() else np.uint16
        keep = reserved(folder / PERTURBED, exact, shape)
    aims = work.options.aims(reader, clean, labels, work.seed)
    radii = work.options.perturb(reader, clean, labels, work.epsilons, work.seed, progress)
    _record(_timed(radii), reader, clean, labels, aims, folder, notes, keep)


def transfer(
    source: Path, reader: Any, data: Any, folder: Path, notes: dict[str, Any], progress: Progress
) -> None:
    """Let another reader read the images of a curve; see `craft`."""
    kept = np.load(source / PERTURBED, mmap_mode="r", allow_pickle=False)
    with np.load(source / CURVE, allow_pickle=False) as curve:
        epsilons = [float(epsilon) for epsilon in curve["epsilons"]]
        aims = curve.get(AIMS)
    clean = np.ascontiguousarray(data.images[: kept.shape[1]])

    def radii() -> Iterator[Perturbed]:
        for number, epsilon in enumerate(epsilons):
            progress(number, len(epsilons), "reading")
            yield Perturbed(epsilon, np.asarray(kept[number]), 0)

    labels = data.labels[: kept.shape[1]]
    _record(_timed(radii()), reader, clean, labels, aims, folder, notes, None)


def _timed(radii: Iterable[Perturbed]) -> Iterator[tuple[Perturbed, float]]:
    start = time.perf_counter()
    for radius in radii:
        yield radius, time.perf_counter() - start
        start = time.perf_counter()


def _record(
    radii: Iterable[tuple[Perturbed, float]],
    reader: Any,
    clean: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.uint8],
    aims: npt.NDArray[np.uint8] | None,
    folder: Path,
    notes: dict[str, Any],
    keep: npt.NDArray[Any] | None,
) -> None:
    """Read each radius's images and write what became of them."""
    columns: dict[str, list[Any]] = {}
    samples, seconds = [], []
    for number, (radius, crafted) in enumerate(radii):
        start = time.perf_counter()
        classes = reader.read(radius.images)
        if keep is not None:
            keep[number] = radius.images
        for name, value in _measures(radius, clean, classes, labels, reader.blank).items():
            columns.setdefault(name, []).append(value)
        samples.append(shown(radius.images[:PICTURED]))
        seconds.append(crafted + time.perf_counter() - start)
    kept = {name: np.array(values) for name, values in columns.items()}
    if aims is not None:
        kept[AIMS] = aims
    np.savez(folder / CURVE, allow_pickle=False, **kept)
    np.savez(folder / SAMPLES, allow_pickle=False, perturbed=np.array(samples))
    if isinstance(keep, np.memmap):
        keep.flush()
    notes["radius_seconds"] = seconds


def shown(images: npt.NDArray[Any]) -> npt.NDArray[np.uint16]:
    """Images as a page would show them: 16 bits, clipped to [0, 1]."""
    if images.dtype == np.uint16:
        return images
    clipped: npt.NDArray[np.uint16] = np.rint(np.clip(images, 0, 1) * FULL).astype(np.uint16)
    return clipped


def _measures(
    radius: Perturbed,
    clean: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.uint8],
    blank: int | None,
) -> dict[str, Any]:
    """What is kept of one radius: per captcha its classes and right characters, and the means."""
    from harness.backend import as_float

    before = clean.astype(np.float32) / np.float32(255)
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
