"""One process's share of a data set: the code that a WorkerProcess runs.

A process of its own, not a fork and not a pool: it works the same below a Celery worker (whose
children may not have children), beside a loaded TensorFlow (which must not be forked), and in a
terminal.
"""

import json
import os
import signal
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from harness.datasets.generator import Generator
from harness.errors import HarnessError, RequirementError
from harness.options import KEPT
from harness.progress import Progress
from harness.registry import find_kept

REPORT_EVERY = 0.25  # seconds


class Share(TypedDict):
    """Request to a process: the captchas of a data set that it draws.

    Attributes:
        generator: name of its row.
        options: of the row.
        text: of the row's file, where it is one of a file.
        seed: of the data set.
        first: number of the first captcha.
        end: number after the last.
        images: path of images.npy.
        labels: path of labels.npy.
        pipe: file descriptor for reports.
        parent: the process that has started this one.
    """

    generator: str
    options: dict[str, object]
    text: str
    seed: int
    first: int
    end: int
    images: str
    labels: str
    pipe: int
    parent: int


def draw_rows(
    generator: Generator, seed: int, rows: range, images: Path, labels: Path, progress: Progress
) -> None:
    """Draw captchas `rows` into the two memory-mapped .npy files."""
    import numpy as np

    pictures = np.load(images, mmap_mode="r+")
    classes = np.load(labels, mmap_mode="r+")
    process, last = os.getpid(), 0.0
    for done, index in enumerate(rows, 1):
        picture, label = generator.draw(seed, index)
        if os.getpid() != process:  # the function has forked, and this is the other one
            os._exit(0)
        pictures[index], classes[index] = picture, label
        if time.monotonic() - last > REPORT_EVERY or done == len(rows):
            last = time.monotonic()
            progress(done, len(rows))
    pictures.flush()
    classes.flush()


def _end_with(parent: int) -> None:
    """End this process, and those that it has started, once its parent has ended."""
    while os.getppid() == parent:
        time.sleep(1)
    os.killpg(0, signal.SIGKILL)


def main(share: Share) -> None:
    """Draw a share of a data set, and report through a pipe, in lines of JSON.

    Args:
        share: what to draw; {"drawn": n}, {"done": true} or {"error": text} goes into its pipe.
    """
    pipe = share["pipe"]
    os.set_inheritable(pipe, False)
    threading.Thread(target=_end_with, args=(share["parent"],), daemon=True).start()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # a function that reads finds nothing

    def tell(message: Mapping[str, object]) -> None:
        os.write(pipe, f"{json.dumps(message)}\n".encode())

    def progress(done: int, _total: int, _note: str = "") -> None:
        tell({"drawn": done})

    try:
        options = share["options"]
        row = find_kept("generator", share["generator"], options, share["text"])
        generator = row.model_validate(options, context=KEPT)
        if not isinstance(generator, Generator):
            raise TypeError(f"{share['generator']} is not a generator")
        generator.enter()
        rows = range(share["first"], share["end"])
        files = Path(share["images"]), Path(share["labels"])
        draw_rows(generator, share["seed"], rows, *files, progress)
    except HarnessError as error:
        lacking = isinstance(error, RequirementError)
        tell({"error": str(error), "details": error.details, "lacking": lacking})
    except BaseException as error:  # a function may raise anything, SystemExit too
        line = " ".join(f"{type(error).__name__}: {error}".split())
        tell({"error": line, "details": traceback.format_exc()})
    else:
        tell({"done": True})
