"""How cost grows with the work: folders, plans, status, one task, reports at 1, 10, 100 times."""

import contextlib
import math
import os
import resource
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.page import table
from harness.datasets.drawing.parallel import IMAGES, LABELS
from harness.measurements.catalog import functions
from harness.measurements.curves import run as curves
from harness.measurements.curves.spec import Craft
from harness.measurements.planning import plan
from harness.measurements.reading.run import READING
from harness.measurements.reading.spec import Read
from harness.measurements.training.spec import Train
from harness.options import Options
from harness.pipeline.runner import finished
from harness.pipeline.store import Store
from harness.sweep.sweepfile import read
from workers import tasks
from workers.here import carry_out_all
from workers.home import VARIABLE, existing, start
from workers.progress import Silence
from workers.status import run_status

TIMES = (1, 10, 100)
PICTURES, BREAKERS, MEBIBYTES = 200, 4, 2
FOLDER = """
name = "folder"
[datasets.d]
generator = "folder"
path = "captchas"
train = {train}
validation = {part}
test = {part}
[breakers.b]
dataset = "d"
architecture = "simple_cnn"
"""
MANY = """
name = "many"
epsilons = [0.0, 0.1]
[datasets.d]
generator = "image_captcha"
length = 2
width = {width}
height = 40
font_sizes = [20]
train = {train}
test = 50
[breakers.b]
dataset = "d"
architecture = "simple_cnn"
vary.repeat = {repeats}
[attacks.noise]
attack = "uniform_noise"
"""


def measure() -> str:
    """Measure processor seconds of each, and the slopes."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, _no_training():
        os.environ[VARIABLE] = folder
        rows.append(
            _row("folder: read, looked at, all splits drawn", "pictures", PICTURES, _folder)
        )
        for name, way in WAYS.items():
            rows.append(_row(name, "steps", 3 * BREAKERS, _over_steps(Path(folder), way)))
        for name in ("status", "one task, in a fresh worker"):
            grown = _over_bytes(Path(folder), WAYS[name])
            rows.append(_row(f"{name}, by data", "MiB stored", MEBIBYTES, grown))
    return "\n\n".join(
        [
            "## How cost grows with the work",
            "Processor seconds, children included; trainings and attacks are replaced by files of "
            "the right form, so that what is left is what surrounds them. Slope: the exponent from "
            "10 to 100 times; 0 does not grow, 1 grows as the work does, 2 would grow with its "
            "square.",
            table(("what", "1 time", *(f"{n} times" for n in TIMES[1:]), "slope"), rows),
        ]
    )


def _row(name: str, unit: str, size: int, way: Callable[[int], float]) -> tuple[str, ...]:
    seconds = [way(times) for times in TIMES]
    slope = math.log10(seconds[2] / seconds[1])
    of = f"{name} ({', '.join(f'{size * times:,}' for times in TIMES)} {unit})"
    return (of, *(f"{each:.3g} s" for each in seconds), f"{slope:.2f}")


def _cpu(work: Callable[[], object]) -> float:
    """Count the processor seconds of some work, and of the processes that it waits for."""
    begun = sum(_spent())
    work()
    return sum(_spent()) - begun


def _median(work: Callable[[], object]) -> float:
    """Count the processor seconds of work that can be done again: the median of three times."""
    return statistics.median(_cpu(work) for _ in range(3))


def _spent() -> Iterator[float]:
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        yield usage.ru_utime + usage.ru_stime


def _folder(times: int) -> float:
    """Take in a folder of pictures of 100 x 36, each drawn once."""
    from PIL import Image, ImageDraw

    count = PICTURES * times
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "captchas").mkdir()
        for number in range(count):
            image = Image.new("L", (100, 36), 255)
            pen = ImageDraw.Draw(image)
            pen.text((5 + number % 9, 4), f"{number % 10_000:04d}", fill=0, font_size=24)
            for line in np.random.default_rng(number).integers(0, [100, 36] * 2, (4, 4)):
                pen.line([int(one) for one in line], fill=60)
            image.save(Path(place) / "captchas" / f"{number % 10_000:04d}_{number}.png")
        part = count // 10
        file = Path(place) / "folder.toml"
        file.write_text(FOLDER.format(train=count - 2 * part, part=part))

        def taken_in() -> None:
            run = start(file, Path(place) / "home")
            carry_out_all(run, Silence(), [step for step in run.steps if step.kind == "datasets"])

        return _cpu(taken_in)


def _over_steps(home: Path, way: Callable[[Path, Path], float]) -> Callable[[int], float]:
    """Measure with runs of more and more steps."""
    return lambda times: _measured(home / f"steps-{times}", way, BREAKERS * times, 60, 20)


def _over_bytes(home: Path, way: Callable[[Path, Path], float]) -> Callable[[int], float]:
    """Measure with runs of more and more data."""
    return lambda times: _measured(home / f"bytes-{times}", way, BREAKERS, 1000, 50 * times)


def _measured(
    home: Path, way: Callable[[Path, Path], float], breakers: int, width: int, train: int
) -> float:
    home.mkdir(exist_ok=True)
    file = home / "many.toml"
    repeats = list(range(breakers))
    file.write_text(MANY.format(repeats=repeats, width=width, train=train))
    carry_out_all(start(file, home), Silence())
    os.environ[VARIABLE] = str(home)
    return way(file, home)


def _plan(file: Path, home: Path) -> float:
    def planned() -> None:
        store = Store(home)
        for step in plan(read(file)).steps:
            finished(step, store)

    return _median(planned)


def _status(_file: Path, home: Path) -> float:
    return _median(lambda: run_status(existing("many", home)))


def _task(_file: Path, home: Path) -> float:
    run = existing("many", home)
    step = run.steps[-1]

    def carried_out() -> None:
        tasks._known.cache_clear()
        tasks.carry_out(run.id, step.digest, mark)

    run.store.discard(step.kind, step.digest)
    mark = run.begin()
    seconds = _cpu(carried_out)
    if finished(step, run.store) is None:
        raise AssertionError(f"the task has not carried out {step.label}")
    return seconds


def _report(_file: Path, home: Path) -> float:
    return _cpu(lambda: existing("many", home).report())


WAYS = {
    "plan": _plan,
    "status": _status,
    "one task, in a fresh worker": _task,
    "report": _report,
}


@contextlib.contextmanager
def _no_training() -> Iterator[None]:
    """Carry out trainings, readings and curves by writing files of the right form."""
    with patch.dict(functions(), {Train: _train, Read: _read, Craft: _craft}):
        yield


def _train(_work: Options, place: Any) -> None:
    (place.folder / "weights.npz").write_bytes(bytes(200_000))
    place.notes.update(precision="float32", layers=[], history=[{"loss": 1.0, "accuracy": 0.5}])


def _read(work: Any, place: Any) -> None:
    labels = np.load(place.inputs[work.test].path / LABELS)
    place.notes.update(read_seconds=0.1, blank=None, parameters=1)
    np.savez(place.folder / READING, classes=labels, labels=labels)


def _craft(work: Any, place: Any) -> None:
    source = place.inputs[work.test].path
    images, labels = np.load(source / IMAGES, mmap_mode="r"), np.load(source / LABELS)
    radii, count = len(work.epsilons), len(labels)
    np.savez(
        place.folder / curves.CURVE,
        epsilons=np.array(work.epsilons),
        gradients=np.zeros(radii, int),
        classes=np.stack([labels] * radii),
        right=np.full((radii, count), labels.shape[1], np.uint8),
        linf=np.tile(np.array(work.epsilons)[:, None], count),
        l2=np.zeros((radii, count)),
        ssim=np.ones(radii),
    )
    few = np.array(images[: curves.PICTURED], np.uint16) * 257
    np.savez(place.folder / curves.SAMPLES, perturbed=np.stack([few] * radii))
    place.notes.update(radius_seconds=[0.1] * radii, more_steps=None)
