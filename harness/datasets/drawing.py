"""Drawing a data set: parallel processes fill memory-mapped files."""

import json
import os
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np

from harness.datasets.generator import Generator, Watch, unwatched
from harness.datasets.shard import draw_rows
from harness.errors import HarnessError

IMAGES, LABELS = "images.npy", "labels.npy"
WORTH_A_PROCESS = 250  # captchas; below that, starting a process costs more than drawing


def draw(
    name: str, generator: Generator, seed: int, count: int, folder: Path, watch: Watch
) -> None:
    """Draw captchas 0 to count - 1 of the stream `seed` into images.npy and labels.npy.

    Args:
        name: the generator's name in its table; its options.
        generator: the options.
        seed: the stream; captcha i depends on (seed, i) and the options alone.
        count: captchas.
        folder: where the files go: uint8 [count, height, width, channels] and [count, length].
        watch: told of progress.

    Raises:
        HarnessError: a drawing process failed; its last words are in the message.
    """
    processes = min(os.cpu_count() or 1, count // WORTH_A_PROCESS)
    if processes > 1:
        with Drawing(name, generator, seed, count, folder, processes) as drawing:
            drawing.wait(watch)
        return
    reserve(generator, count, folder)
    draw_rows(generator, seed, range(count), folder / IMAGES, folder / LABELS, watch)


def reserve(generator: Generator, count: int, folder: Path) -> None:
    """Make the two files at their full size."""
    for file, shape in (
        (IMAGES, (count, *generator.image_shape())),
        (LABELS, (count, generator.text_length())),
    ):
        np.lib.format.open_memmap(folder / file, "w+", np.uint8, shape).flush()


class Drawing:
    """Processes at work on one data set; leaving the `with` stops those that still are."""

    def __init__(
        self, name: str, generator: Generator, seed: int, count: int, folder: Path, processes: int
    ) -> None:
        """Start the processes; see `draw`."""
        reserve(generator, count, folder)
        self.count = count
        edges = [count * number // processes for number in range(processes + 1)]
        self.children = [
            _child(
                {
                    "generator": name,
                    "options": generator.model_dump(mode="json"),
                    "seed": seed,
                    "first": first,
                    "end": end,
                    "images": str(folder / IMAGES),
                    "labels": str(folder / LABELS),
                }
            )
            for first, end in pairwise(edges)
        ]

    def wait(self, watch: Watch = unwatched) -> None:
        """Listen to them until all is drawn.

        Raises:
            HarnessError: one of them failed.
        """
        drawn = [0] * len(self.children)

        def listen(number: int) -> None:
            for line in self.children[number].stdout or ():
                drawn[number] = int(line)
                watch(sum(drawn), self.count)

        listeners = [threading.Thread(target=listen, args=(n,)) for n in range(len(drawn))]
        for listener in listeners:
            listener.start()
        for listener in listeners:
            listener.join()
        for child in self.children:
            last_words = child.stderr.read() if child.stderr else ""
            if child.wait():
                words = last_words.strip().splitlines() or [f"exit code {child.returncode}"]
                raise HarnessError(words[-1])

    def __enter__(self) -> "Drawing":
        """Nothing more to do."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what is still drawing, and close the pipes."""
        for child in self.children:
            if child.poll() is None:
                child.kill()
                child.wait()
            for pipe in (child.stdout, child.stderr):
                if pipe:
                    pipe.close()


def _child(share: dict[str, object]) -> subprocess.Popen[str]:
    """A process that draws its share."""
    child = subprocess.Popen(
        [sys.executable, "-m", "harness.datasets.shard"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    if child.stdin:
        child.stdin.write(json.dumps(share))
        child.stdin.close()
    return child
