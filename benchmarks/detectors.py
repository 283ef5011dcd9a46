"""Detectors over two classifiers of digits, and how fast an image is judged."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks import steps
from benchmarks.measured import HOME, carried_out
from harness.detectors.judge import Judge
from harness.measurements.detection.judging import judge_of
from harness.runs.creation import start
from harness.sweep import sweepfile
from reports.sections import detections
from reports.sections.detections import DetectorTable

DETECTOR, SINGLE, BATCHES = "strangest", 50, 5


@dataclass(frozen=True)
class JudgeSpeed:
    """How fast a judge is: milliseconds for one image, images a second in batches; medians."""

    breaker: str
    milliseconds: float
    per_second: float


@dataclass(frozen=True)
class Detectors:
    """The report's tables, and the speed of the judge with one detector."""

    tables: tuple[DetectorTable, ...]
    detector: str
    judges: tuple[JudgeSpeed, ...]


def measure() -> Detectors:
    """Carry out the sweep `detectors`, then time its judge on single images and in batches."""
    run = start(sweepfile.locate("detectors"), HOME)
    content = detections.content(carried_out(run))
    judges = tuple(
        _speed(breaker, judge_of(steps.fitted(run, DETECTOR, breaker), run.store))
        for breaker in run.sweep.breakers
    )
    return Detectors(content.tables if content else (), DETECTOR, judges)


def _speed(breaker: str, judge: Judge) -> JudgeSpeed:
    images = np.random.default_rng(0).random((1000, *judge.reader.shape), np.float32)
    judge.verdict(images[0])
    judge.detector.scores(images)
    single = statistics.median(_seconds(lambda: judge.verdict(images[0]), SINGLE))
    many = statistics.median(_seconds(lambda: judge.detector.scores(images), BATCHES))
    return JudgeSpeed(breaker, 1000 * single, len(images) / many)


def _seconds(call: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return taken
