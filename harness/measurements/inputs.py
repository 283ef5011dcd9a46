"""Inputs of steps: labelled captchas, captchas drawn anew each epoch, breaker and filter."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.array_types import Rows
from harness.breakers.ready_made_reader import Transcriber
from harness.datasets.drawing.fresh_epochs import FreshEpochs
from harness.datasets.drawing.parallel import IMAGES, LABELS
from harness.datasets.generator import Generator
from harness.datasets.ready_made import ReadyMade
from harness.defenses.defense import LearnedDefense
from harness.errors import HarnessError
from harness.images.labelled import LabelledImages
from harness.measurements.datasets.work import Draw
from harness.measurements.training.work import BreakerRef
from harness.metrics import text_lengths
from harness.options import KEPT, Options
from harness.pipeline.context import StepContext
from harness.pipeline.store import Artifact
from harness.registry import find_loaded
from harness.sweep.captcha_kind import CaptchaKind

if TYPE_CHECKING:
    from harness.breakers.reader import Reader

AT_ONCE = 1024  # captchas that are copied at a time


def labelled(artifact: Artifact) -> LabelledImages:
    """Open the captchas of a data set, memory-mapped."""
    images = np.load(artifact.path / IMAGES, mmap_mode="r", allow_pickle=False)
    labels = np.load(artifact.path / LABELS, allow_pickle=False)
    return LabelledImages(images, labels, artifact.notes.get("blank"))


def labelled_if_any(context: StepContext, split: str | None) -> LabelledImages | None:
    """Open the captchas of a split; None where the data set has no such split."""
    return labelled(context.inputs[split]) if split else None


@contextlib.contextmanager
def picked(data: LabelledImages, rows: Rows, folder: Path) -> Iterator[LabelledImages]:
    """Select some captchas of many: in a file without a name, which is gone afterwards.

    Args:
        data: memory-mapped; only some of its images are in memory at a time.
        rows: numbers of captchas [n].
        folder: on a disk with room for them.
    """
    with tempfile.TemporaryFile(dir=folder) as file:
        for start in range(0, len(rows), AT_ONCE):
            file.write(data.images[rows[start : start + AT_ONCE]].tobytes())
        file.flush()
        shape = (len(rows), *data.images.shape[1:])
        images = np.memmap(file, data.images.dtype, "r", shape=shape)
        yield LabelledImages(images, data.labels[rows], data.blank)


def endless(context: StepContext, train: str, seed: int, count: int) -> FreshEpochs:
    """Start drawing fresh captchas of a data set, without end.

    Args:
        context: of the step that trains.
        train: digest of the data set.
        seed: of the training.
        count: captchas of an epoch.

    Raises:
        HarnessError: the data set comes from files, and cannot be drawn.
    """
    name, generator = _drawing(context, train)
    if not isinstance(generator, Generator) or isinstance(generator, ReadyMade):
        raise HarnessError(f"endless: {name} draws nothing, it only has what it has")
    return FreshEpochs(name, generator, seed, count, context.folder)


def _drawing(context: StepContext, train: str) -> tuple[str, Options]:
    """Find the generator that drew a data set, and its options."""
    work = context.draws.get(train)
    if isinstance(work, Draw):
        return work.generator, work.options
    spec = context.inputs[train].spec
    kind = find_loaded("generator", spec["generator"], spec["options"])
    return spec["generator"], kind.model_validate(spec["options"], context=KEPT)


def reader(ref: BreakerRef, context: StepContext, test: str) -> "Reader | Transcriber":
    """Load a breaker behind its filter, or a ready-made reader.

    Args:
        ref: the breaker.
        context: of the step that needs it.
        test: digest of the captchas that it is to read.
    """
    if ref.options is not None:
        captchas, notes = labelled(context.inputs[test]), context.inputs[test].notes
        shape, length = captchas.images.shape[1:], captchas.labels.shape[1]
        shortest = shortest_text(context, test)
        return Transcriber(ref.options, notes["alphabet"], length, shape, shortest)
    return trained_reader_of(ref, context, test)


def trained_reader_of(ref: BreakerRef, context: StepContext, test: str) -> "Reader":
    """Load a trained breaker behind its filter.

    Raises:
        HarnessError: it is a ready-made reader.
    """
    from harness.backend import forget_models
    from harness.breakers.reader import trained_reader

    if ref.breaker is None:
        raise HarnessError(f"{ref.ready_made} is a black box; what is asked needs its gradients")
    forget_models()
    folder, before = context.inputs[ref.breaker].path, ref.before
    shortest = shortest_text(context, test)
    if isinstance(before, LearnedDefense) and ref.learned:
        shape = labelled(context.inputs[test]).images.shape[1:]
        learned = before.trained(context.inputs[ref.learned].path, shape)
        return trained_reader(folder, learned, shortest=shortest)
    if before is not None:
        return trained_reader(folder, before.filter(), before.draws(), shortest)
    return trained_reader(folder, shortest=shortest)


def shortest_text(context: StepContext, split: str) -> int:
    """Give the characters of the shortest captcha of a data set, which an attacker knows.

    Args:
        context: of the step that reads.
        split: digest of captchas of the data set.
    """
    work, captchas = context.draws.get(split), labelled(context.inputs[split])
    options = work.options if isinstance(work, Draw) else None
    known = options.shortest_text() if isinstance(options, Generator) else 0
    return known or int(text_lengths(captchas.labels, captchas.blank).min())


def comparable(
    ref: BreakerRef, context: StepContext, test: str, reads: "Reader | Transcriber"
) -> None:
    """Check that captchas are of the kind that a breaker was trained on.

    Raises:
        HarnessError: they differ in size, color, length or alphabet; names both kinds.
    """
    if ref.breaker is None:  # a ready-made one takes any
        return
    from harness.breakers.architecture_spec import architecture_spec_of

    notes, captchas = context.inputs[test].notes, labelled(context.inputs[test])
    spec = architecture_spec_of(context.inputs[ref.breaker].path)
    learned = CaptchaKind(reads.shape, reads.length, spec["alphabet"], spec.get("blank"))
    shape, length = captchas.images.shape[1:], captchas.labels.shape[1]
    there = CaptchaKind(shape, length, notes["alphabet"], notes.get("blank"))
    if learned != there:
        raise HarnessError(f"the breaker reads {learned}; these are {there}")
