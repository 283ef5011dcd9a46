"""Drawing a data set: parallel processes fill memory-mapped files."""

import json
import os
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np

from harness.datasets.generator import Generator, Watch
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
    images, labels = folder / IMAGES, folder / LABELS
    for file, shape in (
        (images, (count, *generator.image_shape())),
        (labels, (count, generator.text_length())),
    ):
        np.lib.format.open_memmap(file, "w+", np.uint8, shape).flush()
    processes = min(os.cpu_count() or 1, count // WORTH_A_PROCESS)
    if processes <= 1:
        draw_rows(generator, seed, range(count), images, labels, watch)
        return
    edges = [count * number // processes for number in range(processes + 1)]
    shares = [
        {
            "generator": name,
            "options": generator.model_dump(mode="json"),
            "seed": seed,
            "first": first,
            "end": end,
            "images": str(images),
            "labels": str(labels),
        }
        for first, end in pairwise(edges)
    ]
    _draw_shares(shares, count, watch)


def _draw_shares(shares: list[dict[str, object]], count: int, watch: Watch) -> None:
    """Start one process per share, and wait for all of them."""
    drawn = [0] * len(shares)
    children = []
    for share in shares:
        child = subprocess.Popen(
            [sys.executable, "-m", "harness.datasets.shard"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        children.append(child)
        if child.stdin:
            child.stdin.write(json.dumps(share))
            child.stdin.close()

    def listen(number: int) -> None:
        for line in children[number].stdout or ():
            drawn[number] = int(line)
            watch(sum(drawn), count)

    listeners = [threading.Thread(target=listen, args=(n,)) for n in range(len(children))]
    try:
        for listener in listeners:
            listener.start()
        for listener in listeners:
            listener.join()
        for child in children:
            last_words = child.stderr.read() if child.stderr else ""
            if child.wait():
                words = last_words.strip().splitlines() or [f"exit code {child.returncode}"]
                raise HarnessError(words[-1])
    finally:
        for child in children:
            if child.poll() is None:
                child.kill()
            for pipe in (child.stdout, child.stderr):
                if pipe:
                    pipe.close()
