"""The context of a step: its folder, its inputs, and the notes of what it measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.files.checkpoint import NO_CHECKPOINT, Checkpoint
from harness.options import Json
from harness.pipeline.step import Work
from harness.pipeline.store import Artifact
from harness.progress import Progress


@dataclass(frozen=True)
class StepContext:
    """The context that a step is carried out in.

    Attributes:
        folder: where its data files go.
        inputs: digest -> finished artifact, of the steps that it needs.
        downloads: the folder of downloads.
        notes: what it measures on the way; the artifact keeps them.
        progress: called with how far the work has come.
        checkpoint: from which a training that was cut short goes on.
        draws: digest -> how the run draws a data set; the file of a generator may have been moved
            since the data set was drawn.
    """

    folder: Path
    inputs: Mapping[str, Artifact]
    downloads: Path
    notes: dict[str, Json]
    progress: Progress
    checkpoint: Checkpoint = NO_CHECKPOINT
    draws: Mapping[str, Work] = field(default_factory=dict)
