"""Parallel drawing of a data set: processes fill memory-mapped files."""

import os
from itertools import pairwise
from pathlib import Path

from harness.datasets.drawing.shard import draw_rows
from harness.datasets.drawing.worker_process import WorkerProcess
from harness.datasets.generator import Generator
from harness.files.atomic import reserved
from harness.progress import Progress, no_progress
from harness.row_file import FileRow

IMAGES, LABELS = "images.npy", "labels.npy"
WORTH_A_PROCESS = 250  # captchas; below that, starting a process costs more than drawing


def draw(
    name: str, generator: Generator, seed: int, count: int, folder: Path, progress: Progress
) -> None:
    """Draw captchas 0 to count - 1 of the stream `seed` into images.npy and labels.npy.

    Args:
        name: the generator's name in its table; its options.
        generator: the options.
        seed: the stream; captcha i depends on (seed, i) and the options alone.
        count: captchas.
        folder: where the files go: uint8 [count, height, width, channels] and [count, length].
        progress: told how far it is.

    Raises:
        HarnessError: a drawing process failed; why is in the message.
        OSError: there is no room for the files.
    """
    processes = min(os.cpu_count() or 1, count // WORTH_A_PROCESS)
    if processes > 1 or generator.foreign:
        with ParallelDrawing(name, generator, seed, count, folder, max(processes, 1)) as drawing:
            drawing.wait(progress)
        return
    reserve(generator, count, folder)
    draw_rows(generator, seed, range(count), folder / IMAGES, folder / LABELS, progress)


def reserve(generator: Generator, count: int, folder: Path) -> None:
    """Create the two files at their full size, and allocate their disk space."""
    reserved(folder / IMAGES, "uint8", (count, *generator.image_shape()))
    reserved(folder / LABELS, "uint8", (count, generator.text_length()))


class ParallelDrawing:
    """Processes that draw one data set; leaving the `with` stops those that still run."""

    def __init__(
        self, name: str, generator: Generator, seed: int, count: int, folder: Path, processes: int
    ) -> None:
        """Start the processes; see `draw`."""
        reserve(generator, count, folder)
        self.count = count
        edges = [count * number // processes for number in range(processes + 1)]
        self.children = [
            WorkerProcess(
                {
                    "generator": name,
                    "options": generator.model_dump(mode="json"),
                    "text": generator.source.text if isinstance(generator, FileRow) else "",
                    "seed": seed,
                    "first": first,
                    "end": end,
                    "images": str(folder / IMAGES),
                    "labels": str(folder / LABELS),
                }
            )
            for first, end in pairwise(edges)
        ]

    def wait(self, progress: Progress = no_progress) -> None:
        """Wait until all captchas are drawn, or a process has failed.

        Raises:
            HarnessError: one of them failed.
        """
        waiting = list(self.children)
        while waiting:
            waiting = [child for child in waiting if not child.ended()]
            progress(sum(child.drawn for child in self.children), self.count)

    def __enter__(self) -> "ParallelDrawing":
        """Return itself: the processes run already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the processes that still draw."""
        for child in self.children:
            child.stop()
