"""Detectors over two classifiers of digits, and how fast an image is judged."""

import statistics
import time
from collections.abc import Callable

import numpy as np

from benchmarks.measured import HOME, carried_out
from benchmarks.page import table
from harness.detectors.judge import Judge
from harness.measurements.detection.judging import judge_of
from harness.measurements.detection.spec import Fit
from harness.sweep import sweepfile
from reports.detections import Guarded, guarded
from workers.home import start
from workers.run import Run

DETECTOR, SINGLE, BATCHES = "strangest", 50, 5


def measure() -> str:
    """The sweep `detectors`, then its judge on single images and in batches."""
    run = start(sweepfile.locate("detectors"), HOME)
    found = carried_out(run)
    parts = [
        "## What detectors notice",
        "Sweep `detectors`: MNIST, thresholds from 5,000 validation digits for 5 % of false "
        "alarms, 10,000 clean test digits. Of the digits that were read right before and wrong "
        "after the attack, the share that each detector noticed. `aware` knows of the "
        "detector (100 digits, 100 steps): misread, and then as unsuspicious as it can.",
    ]
    for one in guarded(found):
        parts += [f"**{one.breaker}**", _table(one)]
    return "\n\n".join([*parts, _judged(run)])


def _table(found: Guarded) -> str:
    """The report's table, with each detector's hardest attack as the last row."""
    lines = [("clean", "", *(rate.shown if rate else "-" for rate in found.alarms))]
    lines += [
        (
            f"{line.attack} {line.norm} {line.epsilon}",
            line.past,
            *(cell.rate.shown if cell.rate else "-" for cell in line.cells),
        )
        for line in found.lines
    ]
    lines.append(
        (
            "worst in a ball, unaware",
            "",
            *(f"**{word}**" if word else "-" for word in found.hardest),
        )
    )
    return table(("attack", "got past", *found.detectors), lines)


def _judged(run: Run) -> str:
    """Milliseconds of a verdict on one image, and images a second in batches; medians."""
    said = []
    for breaker in run.sweep.breakers:
        step = next(
            step
            for step in run.plan.steps
            if isinstance(step.work, Fit) and step.label == f"fit {DETECTOR} over {breaker}"
        )
        said.append(f"over {breaker} {_speed(judge_of(step, run.store))}")
    return f"The judge with `{DETECTOR}`, loaded: {'; '.join(said)}."


def _speed(judge: Judge) -> str:
    images = np.random.default_rng(0).random((1000, *judge.reader.shape), np.float32)
    judge.verdict(images[0])
    judge.guard.scores(images)
    single = statistics.median(_seconds(lambda: judge.verdict(images[0]), SINGLE))
    many = statistics.median(_seconds(lambda: judge.guard.scores(images), BATCHES))
    return (
        f"one image in {1000 * single:.1f} ms with its three readings, "
        f"{len(images) / many:,.0f} images a second in batches"
    )


def _seconds(call: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return taken
