"""Where a step works: its folder, its inputs, and the data, breakers and readers in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from harness.files.checkpoint import Checkpoint, NOWHERE
from harness.datasets.drawing.fresh_epochs import FreshEpochs
from harness.datasets.drawing.parallel import IMAGES, LABELS
from harness.datasets.generator import Generator
from harness.progress import Progress
from harness.datasets.ready_made import ReadyMade
from harness.errors import HarnessError
from harness.options import KEPT
from harness.pipeline.store import Artifact
from harness.registry import find
from harness.measurements.datasets.spec import Draw
from harness.measurements.training.spec import BreakerRef


@dataclass(frozen=True)
class Place:
    """What a step works with.

    Attributes:
        folder: where its data files go.
        inputs: digest -> finished artifact, of the steps it needs.
        sources: the folder of downloads.
        notes: what it measures on the way.
        progress: told how far it is.
        checkpoint: what work that was cut short goes on from.
        draws: digest -> how the run draws a data set.
    """

    folder: Path
    inputs: Mapping[str, Artifact]
    sources: Path
    notes: dict[str, Any]
    progress: Progress
    checkpoint: Checkpoint = NOWHERE
    draws: Mapping[str, Draw] = field(default_factory=dict)


def labelled(artifact: Artifact) -> Any:
    """Give the LabelledImages of a data set, memory-mapped: pages are read as they are used."""
    from harness.images.labelled import LabelledImages

    images = np.load(artifact.path / IMAGES, mmap_mode="r", allow_pickle=False)
    labels = np.load(artifact.path / LABELS, allow_pickle=False)
    return LabelledImages(images, labels, artifact.notes.get("blank"))


def endless(place: Place, train: str, seed: int, count: int) -> FreshEpochs:
    """Draw captchas like those of a data set, as many as one wants.

    Args:
        place: of the step that trains.
        train: digest of the data set.
        seed: of the training.
        count: captchas of an epoch.

    Raises:
        HarnessError: the data set is not drawn.
    """
    if train in place.draws:
        name, generator = place.draws[train].generator, place.draws[train].options
    else:
        spec = place.inputs[train].spec
        name = spec["generator"]
        generator = find("generator", name).model_validate(spec["options"], context=KEPT)
    if not isinstance(generator, Generator) or isinstance(generator, ReadyMade):
        raise HarnessError(f"endless: {name} draws nothing, it only has what it has")
    return FreshEpochs(name, generator, seed, count, place.folder)


def reader(victim: BreakerRef, place: Place, test: str) -> Any:
    """Give the breaker of a step's input, behind its filter; or a ready-made reader."""
    from harness.breakers.ready_made_reader import ReadyMadeReader, Transcriber

    if isinstance(victim.options, ReadyMadeReader):
        data, alphabet = labelled(place.inputs[test]), place.inputs[test].notes["alphabet"]
        return Transcriber(victim.options, alphabet, data.labels.shape[1], data.images.shape[1:])
    if victim.breaker is None:
        raise TypeError(f"{victim.ready_made} is not a ready-made reader")
    from harness.backend import forget_models
    from harness.breakers.reader import trained_reader
    from harness.defenses.defense import InputDefense, LearnedDefense

    forget_models()
    folder, before = place.inputs[victim.breaker].path, victim.before
    if isinstance(before, LearnedDefense) and victim.learned:
        shape = labelled(place.inputs[test]).images.shape[1:]
        return trained_reader(folder, before.trained(place.inputs[victim.learned].path, shape))
    if isinstance(before, InputDefense):
        return trained_reader(folder, before.filter(), before.draws())
    return trained_reader(folder)


def comparable(victim: BreakerRef, place: Place, test: str, captchas: Any) -> None:
    """Refuse captchas that are not of the kind that a breaker was trained on.

    Raises:
        HarnessError: they differ in size, color, length or alphabet; what both have.
    """
    if victim.breaker is None:  # a ready-made one takes any
        return
    from harness.breakers.saved_breaker import architecture_spec_of

    notes, data = place.inputs[test].notes, labelled(place.inputs[test])
    made = architecture_spec_of(place.inputs[victim.breaker].path)
    own = (tuple(captchas.shape), captchas.length, made["alphabet"], made.get("blank"))
    theirs = (data.images.shape[1:], data.labels.shape[1], notes["alphabet"], notes.get("blank"))
    if own != theirs:
        said = [
            f"{length} of {alphabet!r} on {shape[1]} x {shape[0]} pixels, "
            f"{'gray' if shape[2] == 1 else 'in color'}"
            for shape, length, alphabet, _blank in (own, theirs)
        ]
        raise HarnessError(f"the breaker reads {said[0]}; these are {said[1]}")
