"""Data sets: how much of what, and a look at the first test captchas."""

from collections.abc import Iterator

import numpy as np

from harness import pictures
from harness.datasets.drawing import IMAGES, LABELS
from harness.datasets.generator import decode
from harness.evidence.present import Present
from harness.metrics import text_lengths
from harness.plan import Plan
from harness.results import DatasetResult, Picture
from harness.store import Artifact

LOOKED_AT = 6


def dataset_results(present: Present, plan: Plan) -> Iterator[DatasetResult]:
    """Every data set of which a test split is there."""
    for name, spec in present.sweep.datasets.items():
        splits = {
            drawn.split: present.artifacts[drawn.draw]
            for drawn in plan.drawn
            if drawn.dataset == name and drawn.draw in present.artifacts
        }
        if "test" in splits:
            yield _result(name, spec.generator, {str(k): v for k, v in splits.items()})


def _result(name: str, generator: str, splits: dict[str, Artifact]) -> DatasetResult:
    labels = {
        split: np.load(artifact.path / LABELS, allow_pickle=False)
        for split, artifact in splits.items()
    }
    test = splits["test"]
    images = np.load(test.path / IMAGES, mmap_mode="r", allow_pickle=False)
    alphabet = str(test.notes["alphabet"])
    lengths = text_lengths(labels["test"], test.notes.get("blank"))
    lost = [file for artifact in splits.values() for file in artifact.notes.get("unreadable", ())]
    return DatasetResult(
        dataset=name,
        generator=generator,
        captchas={split: len(rows) for split, rows in labels.items()},
        shape=images.shape[1:],
        alphabet=alphabet,
        lengths=(int(lengths.min()), int(lengths.max())),
        unreadable=tuple(dict.fromkeys(lost)),
        pictures=tuple(
            Picture(
                file=f"test-{number:06d}.png",
                target=(text := decode(labels["test"][number], alphabet)),
                prediction=text,
                clean=pictures.shown(images[number]),
            )
            for number in range(min(LOOKED_AT, len(images)))
        ),
    )
