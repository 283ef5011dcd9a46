"""How cost grows with the work: folders, plans, status, one task, reports at 1, 10, 100 times."""

import contextlib
import math
import os
import resource
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from commands.report import write_report
from commands.status import run_status
from harness.datasets.drawing.parallel import IMAGES, LABELS
from harness.measurements.catalog import functions
from harness.measurements.curves import run as curves
from harness.measurements.curves.work import Craft
from harness.measurements.planning import plan
from harness.measurements.reading.run import READING
from harness.measurements.reading.work import Read
from harness.measurements.training.work import Train
from harness.options import Options
from harness.pipeline.runner import finished
from harness.pipeline.store import Store
from harness.runs.creation import start
from harness.runs.home import existing
from harness.runs.local_execution import carry_out_all
from harness.runs.progress import Silence
from harness.sweep.sweepfile import read
from workers import tasks
from workers.environment import VARIABLE

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


@dataclass(frozen=True)
class Cost:
    """What grows with the work.

    Attributes:
        name: of the work.
        unit: what there is more and more of.
        sizes: how many of them, at each of TIMES.
        seconds: processor seconds at each.
    """

    name: str
    unit: str
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]

    @property
    def slope(self) -> float:
        """Give the exponent of growth from the second size to the third, ten times as large."""
        return math.log10(self.seconds[2] / self.seconds[1])


@dataclass(frozen=True)
class Scaling:
    """All costs, at each of some multiples of the smallest size."""

    times: tuple[int, ...]
    costs: tuple[Cost, ...]


def measure() -> Scaling:
    """Measure processor seconds of each kind of work."""
    costs = []
    with tempfile.TemporaryDirectory() as folder, _no_training():
        os.environ[VARIABLE] = folder
        drawn = "folder: read, looked at, all splits drawn"
        costs.append(_cost(drawn, "pictures", PICTURES, _folder))
        for name, measured in RUN_COSTS.items():
            grown = _over_steps(Path(folder), measured)
            costs.append(_cost(name, "steps", 3 * BREAKERS, grown))
        for name in ("status", "one task, in a fresh worker"):
            grown = _over_bytes(Path(folder), RUN_COSTS[name])
            costs.append(_cost(f"{name}, by data", "MiB stored", MEBIBYTES, grown))
    return Scaling(TIMES, tuple(costs))


def _cost(name: str, unit: str, size: int, measured: Callable[[int], float]) -> Cost:
    seconds = tuple(measured(times) for times in TIMES)
    return Cost(name, unit, tuple(size * times for times in TIMES), seconds)


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
    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "captchas").mkdir()
        for number in range(count):
            image = Image.new("L", (100, 36), 255)
            pen = ImageDraw.Draw(image)
            pen.text((5 + number % 9, 4), f"{number % 10_000:04d}", fill=0, font_size=24)
            for line in np.random.default_rng(number).integers(0, [100, 36] * 2, (4, 4)):
                pen.line([int(end) for end in line], fill=60)
            image.save(Path(work) / "captchas" / f"{number % 10_000:04d}_{number}.png")
        part = count // 10
        file = Path(work) / "folder.toml"
        file.write_text(FOLDER.format(train=count - 2 * part, part=part))

        def taken_in() -> None:
            run = start(file, Path(work) / "home")
            carry_out_all(run, Silence(), [step for step in run.steps if step.kind == "datasets"])

        return _cpu(taken_in)


def _over_steps(home: Path, measured: Callable[[Path, Path], float]) -> Callable[[int], float]:
    """Measure with runs of more and more steps."""
    return lambda times: _grown(home / f"steps-{times}", measured, BREAKERS * times, 60, 20)


def _over_bytes(home: Path, measured: Callable[[Path, Path], float]) -> Callable[[int], float]:
    """Measure with runs of more and more data."""
    return lambda times: _grown(home / f"bytes-{times}", measured, BREAKERS, 1000, 50 * times)


def _grown(
    home: Path, measured: Callable[[Path, Path], float], breakers: int, width: int, train: int
) -> float:
    home.mkdir(exist_ok=True)
    file = home / "many.toml"
    repeats = list(range(breakers))
    file.write_text(MANY.format(repeats=repeats, width=width, train=train))
    carry_out_all(start(file, home), Silence())
    os.environ[VARIABLE] = str(home)
    return measured(file, home)


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
        tasks._dispatch.cache_clear()
        with patch("workers.dispatch._send"):  # there is no queue here
            tasks.carry_out(run.id, step.digest, mark)

    run.store.discard(step.kind, step.digest)
    mark = run.notes.begin()
    seconds = _cpu(carried_out)
    if finished(step, run.store) is None:
        raise AssertionError(f"the task has not carried out {step.label}")
    return seconds


def _report(_file: Path, home: Path) -> float:
    return _cpu(lambda: write_report(existing("many", home)))


RUN_COSTS = {
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


def _train(_work: Options, context: Any) -> None:
    (context.folder / "weights.npz").write_bytes(bytes(200_000))
    context.notes.update(
        precision="float32", layers=[], history=[{"epoch": 1, "loss": 1.0, "accuracy": 0.5}]
    )


def _read(work: Any, context: Any) -> None:
    labels = np.load(context.inputs[work.test].path / LABELS)
    context.notes.update(read_seconds=0.1, blank=None, parameters=1)
    confidence = np.linspace(0.1, 1, len(labels), dtype=np.float32)
    np.savez(context.folder / READING, classes=labels, labels=labels, confidence=confidence)


def _craft(work: Any, context: Any) -> None:
    source = context.inputs[work.test].path
    images, labels = np.load(source / IMAGES, mmap_mode="r"), np.load(source / LABELS)
    radii, count = len(work.epsilons), len(labels)
    np.savez(
        context.folder / curves.CURVE,
        epsilons=np.array(work.epsilons),
        gradients=np.zeros(radii, int),
        classes=np.stack([labels] * radii),
        right=np.full((radii, count), labels.shape[1], np.uint8),
        linf=np.tile(np.array(work.epsilons)[:, None], count),
        l2=np.zeros((radii, count)),
        ssim=np.ones(radii),
    )
    few = np.array(images[: curves.PICTURED], np.uint16) * 257
    np.savez(context.folder / curves.SAMPLES, perturbed=np.stack([few] * radii))
    context.notes.update(radius_seconds=[0.1] * radii, more_steps=None)
