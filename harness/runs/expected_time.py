"""Expected time of steps: by like steps that the store has, else by what was measured once."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Literal

from harness.options import Json
from harness.pipeline.manifest import MANIFEST, NOTES
from harness.pipeline.step import Step
from harness.pipeline.store import Store
from harness.runs.run import Run
from harness.runs.work_size import Likeness, work_size

Source = Literal["store", "constants"]
MOST = 400  # artifacts of a kind that are looked at, the latest ones
NEAREST = 3  # like steps whose median counts, those of the most similar size
MINUTE = 60
# Seconds for a unit of work and to begin with, from the processor time of two cores (AMD EPYC, no
# AMX). A training of whole_image ends at a plateau, most often after a quarter of its budget: its
# unit is an image of that budget. Other kinds of work differ too much in size for a constant.
CONSTANTS: Mapping[Likeness, tuple[float, float]] = {
    ("draw", "folder"): (0.002, 1.0),
    ("draw", "mnist"): (0.00001, 1.0),
    ("draw", "svhn"): (0.00001, 1.0),
    ("draw", ""): (0.0015, 0.5),
    ("read", "ddddocr"): (0.020, 1.5),
    ("read", "captcha_whisperer"): (0.027, 2.0),
    ("read", "tesseract"): (0.130, 0.5),
    ("read", "network"): (0.001, 6.0),
    ("train", "whole_image"): (0.0005, 10.0),
    ("train", ""): (0.0010, 10.0),
    ("adapt",): (0.0, 4.0),
    ("collect",): (0.02, 5.0),
    ("read_held_out",): (0.001, 6.0),
    ("visit",): (0.5, 3.0),
    ("audit",): (0.15, 3.0),
}


@dataclass(frozen=True)
class ExpectedTime:
    """How long a step may take.

    Attributes:
        seconds: of the step.
        source: store: like steps of this home took so long; constants: measured elsewhere.
    """

    seconds: float
    source: Source


@dataclass(frozen=True)
class Expectation:
    """The expected time of some steps; a step that nothing is known of is not in it.

    Attributes:
        steps: label of a step -> its time.
        unknown: steps of whose kind nothing is known.
    """

    steps: Mapping[str, ExpectedTime]
    unknown: int

    @property
    def seconds(self) -> float:
        """Add up the seconds of all steps of which something is known."""
        return sum(each.seconds for each in self.steps.values())

    def __str__(self) -> str:
        """Write the sum in a few words, and where it comes from."""
        if not self.steps:
            return "a time that is not known here"
        sources = [each.source for each in self.steps.values()]
        like, constant = sources.count("store"), sources.count("constants")
        known = [f"{like} by like steps of this home"] if like else []
        known += [f"{constant} by constants measured elsewhere"] if constant else []
        known += [f"{self.unknown} unknown and not counted"] if self.unknown else []
        return f"about {duration(self.seconds)} ({', '.join(known)})"


NOTHING_KNOWN = Expectation({}, 0)


def duration(seconds: float) -> str:
    """Write a time as people say it: 40 seconds, 3 minutes, 2 h 10 min."""
    if seconds < 1.5 * MINUTE:
        return f"{max(1, round(seconds))} seconds" if seconds >= 1.5 else "1 second"  # noqa: PLR2004
    minutes = round(seconds / MINUTE)
    if minutes < 1.5 * MINUTE:
        return f"{minutes} minutes"
    return f"{minutes // MINUTE} h {minutes % MINUTE} min"


def expected_time(steps: Sequence[Step], store: Store, around: Sequence[Step] = ()) -> Expectation:
    """Estimate how long steps take that are not done.

    Args:
        steps: to do.
        store: whose artifacts say how long like steps took.
        around: all steps of the plan, among them those that draw what the others read.
    """
    drawn = {s.digest: int(getattr(s.work, "count", 1)) for s in (*steps, *around)}
    before = _Records(store.root, drawn)
    known: dict[str, ExpectedTime] = {}
    for step in steps:
        like, units = work_size(step.work.model_dump(mode="json"), before.captchas)
        seconds = before.seconds(step.kind, like, units)
        if seconds is not None:
            known[step.label] = ExpectedTime(seconds, "store")
        elif (constant := _constant(like)) is not None:
            known[step.label] = ExpectedTime(constant[0] * units + constant[1], "constants")
    return Expectation(known, len(steps) - len(known))


def expected_of(run: Run) -> Expectation:
    """Estimate how long the steps of a run take that are not done."""
    missing = {step.digest for step in run.missing()}
    steps = run.plan.steps
    return expected_time([step for step in steps if step.digest in missing], run.store, steps)


def _constant(like: Likeness) -> tuple[float, float] | None:
    return CONSTANTS.get(like) or CONSTANTS.get((*like[:-1], ""))


class _Records:
    """What steps of a store have taken: (units, seconds) by what they are like."""

    def __init__(self, root: Path, drawn: Mapping[str, int]) -> None:
        self._root = root
        self._drawn = dict(drawn)
        self._kinds: dict[str, dict[Likeness, list[tuple[float, float]]]] = {}

    def captchas(self, digest: str) -> int:
        """Count the captchas of a split, of the plan or of the store."""
        if digest not in self._drawn:
            spec = _read(self._root / "datasets" / digest / MANIFEST).get("spec")
            count = spec.get("count") if isinstance(spec, dict) else None
            self._drawn[digest] = count if isinstance(count, int) else 1
        return self._drawn[digest]

    def seconds(self, kind: str, like: Likeness, units: float) -> float | None:
        """Scale what like steps took to another size; None where there were none."""
        if kind not in self._kinds:
            self._kinds[kind] = self._of_kind(kind)
        records = self._kinds[kind].get(like, [])
        near = sorted(records, key=lambda record: abs(math.log(record[0] / units)))[:NEAREST]
        return median(taken / size * units for size, taken in near) if near else None

    def _of_kind(self, kind: str) -> dict[Likeness, list[tuple[float, float]]]:
        records: dict[Likeness, list[tuple[float, float]]] = {}
        for folder in _latest(self._root / kind):
            spec, notes = _read(folder / MANIFEST).get("spec"), _read(folder / NOTES)
            seconds = notes.get("seconds")
            if isinstance(spec, dict) and isinstance(seconds, float) and seconds > 0:
                try:
                    like, units = work_size(spec, self.captchas)
                except (KeyError, TypeError, AttributeError):  # of another edition
                    continue
                records.setdefault(like, []).append((units, seconds))
        return records


def _latest(folder: Path) -> list[Path]:
    """List the artifacts of a kind that were made last."""
    try:
        stamped = [(path.stat().st_mtime, path) for path in folder.iterdir()]
    except OSError:
        return []
    return [path for _when, path in sorted(stamped, reverse=True)[:MOST]]


def _read(file: Path) -> dict[str, Json]:
    """Read a JSON file; empty where it is missing or damaged."""
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
