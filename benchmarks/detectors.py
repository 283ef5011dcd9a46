"""Detectors over two classifiers of digits, and how fast an image is judged."""

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.measured import HOME, carried_out
from benchmarks.page import table
from harness import sweepfile
from harness.detectors.judge import Judge, judge_of
from harness.rows import DetectionRow
from harness.tally import percent
from harness.work import Fit
from workers.home import Run, start

ENOUGH = 20  # images that got past, for a row that counts as a detector's worst
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
    for breaker in dict.fromkeys(row.breaker for row in found.detections):
        own = [row for row in found.detections if row.breaker == breaker]
        parts += [f"**{breaker}**", _table(own)]
    return "\n\n".join([*parts, _judged(run)])


def _table(rows: Sequence[DetectionRow]) -> str:
    detectors = list(dict.fromkeys(row.detector for row in rows))
    kinds = list(dict.fromkeys((row.adaptive, row.attack, row.norm, row.epsilon) for row in rows))
    lines = [("clean", "", *(_alarms(rows, one) for one in detectors))]
    for kind in sorted(kinds, key=lambda kind: kind[0]):
        same = {
            row.detector: row
            for row in rows
            if (row.adaptive, row.attack, row.norm, row.epsilon) == kind
        }
        cells = [_cell(same.get(one)) for one in detectors]
        past = "" if kind[0] else f"{max(row.n_adversarial for row in same.values()):,}"
        lines.append((f"{kind[1]} {kind[2]} {kind[3]:g}", past, *cells))
    lines.append(("worst in a ball, unaware", "", *(_worst(rows, one) for one in detectors)))
    return table(("attack", "got past", *detectors), lines)


def _cell(row: DetectionRow | None) -> str:
    return percent(row.found, row.n_adversarial) if row and row.n_adversarial else "-"


def _alarms(rows: Sequence[DetectionRow], detector: str) -> str:
    row = next(row for row in rows if row.detector == detector)
    return percent(row.false_alarms, row.n_clean)


def _worst(rows: Sequence[DetectionRow], detector: str) -> str:
    known = [
        row
        for row in rows
        if row.detector == detector
        and not row.adaptive
        and row.norm != "spatial"
        and row.n_adversarial >= ENOUGH
    ]
    worst = min(known, key=lambda row: row.found / row.n_adversarial)
    return f"**{_cell(worst)}**"


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
