"""What a step works with: its folder, its inputs, and where it notes what it measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.files.checkpoint import NOWHERE, Checkpoint
from harness.pipeline.step import Work
from harness.pipeline.store import Artifact
from harness.progress import Progress


@dataclass(frozen=True)
class StepContext:
    """What a step works with.

    Attributes:
        folder: where its data files go.
        inputs: digest -> finished artifact, of the steps that it needs.
        downloads: the folder of downloads.
        notes: what it measures on the way.
        progress: told how far it is.
        checkpoint: what work that was cut short goes on from.
        draws: digest -> how the run draws a data set; a function may lie elsewhere than it did
            when the data set was drawn.
    """

    folder: Path
    inputs: Mapping[str, Artifact]
    downloads: Path
    notes: dict[str, Any]
    progress: Progress
    checkpoint: Checkpoint = NOWHERE
    draws: Mapping[str, Work] = field(default_factory=dict)
