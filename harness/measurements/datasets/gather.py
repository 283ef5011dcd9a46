"""Data sets in the document: counts, sizes and alphabets, and the first test captchas."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from harness.datasets.drawing.parallel import IMAGES, LABELS
from harness.datasets.generator import decode
from harness.images import pictures
from harness.measurements.datasets.work import SplitEntry
from harness.measurements.finished_steps import FinishedSteps, file_names
from harness.metrics import text_lengths
from harness.options import Json
from harness.pipeline.store import Artifact
from harness.results import checks
from harness.results.document import DatasetResult, Picture

LOOKED_AT = 6


def gather_datasets(finished: FinishedSteps) -> dict[str, Sequence[DatasetResult]]:
    """Gather every data set whose test split has been drawn."""
    return {"datasets": list(_results(finished))}


def _results(finished: FinishedSteps) -> Iterator[DatasetResult]:
    entries = finished.plan.find(SplitEntry)
    for name, spec in finished.sweep.datasets.items():
        if spec.stands_in:
            continue
        splits = {
            entry.split: finished.artifacts[entry.draw]
            for entry in entries
            if entry.dataset == name and entry.draw in finished.artifacts
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
    files = file_names(test, len(images))
    notes = [artifact.notes for artifact in splits.values()]
    plain = sum(int(split.get("plain", 0)) for split in notes)
    unreadable, remarks = _once(notes, "unreadable"), _once(notes, "label_warnings")
    return DatasetResult(
        dataset=name,
        generator=generator,
        captchas={split: len(rows) for split, rows in labels.items()},
        shape=images.shape[1:],
        alphabet=alphabet,
        lengths=(int(lengths.min()), int(lengths.max())),
        unreadable=unreadable,
        plain=plain,
        # Files that are left out are listed under `unreadable`.
        label_warnings=tuple(line for line in remarks if not line.startswith("left_out:")),
        warnings=checks.drawn_or_chosen(plain, len(unreadable), remarks),
        pictures=tuple(
            Picture(
                file=files[number],
                target=(text := decode(labels["test"][number], alphabet)),
                prediction=text,
                clean=pictures.shown(images[number]),
            )
            for number in range(min(LOOKED_AT, len(images)))
        ),
    )


def _once(notes: Sequence[Mapping[str, Json]], name: str) -> tuple[str, ...]:
    """List the lines that splits have noted under a name, each once."""
    return tuple(dict.fromkeys(str(line) for split in notes for line in split.get(name, ())))
