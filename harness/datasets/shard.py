"""One process's share of a data set: `python -m harness.datasets.shard`, the work on stdin.

A process of its own, not a fork and not a pool: it works the same below a Celery worker (whose
children may not have children), beside a loaded TensorFlow (which must not be forked), and in a
terminal.
"""

import json
import sys
from pathlib import Path
from typing import Any

from harness.datasets.generator import Generator, Watch
from harness.errors import HarnessError
from harness.tables import find

REPORT_EVERY = 32


def draw_rows(
    generator: Generator, seed: int, rows: range, images: Path, labels: Path, watch: Watch
) -> None:
    """Draw captchas `rows` into the two memory-mapped .npy files."""
    import numpy as np

    pictures = np.load(images, mmap_mode="r+")
    classes = np.load(labels, mmap_mode="r+")
    for done, index in enumerate(rows, 1):
        pictures[index], classes[index] = generator.draw(seed, index)
        if done % REPORT_EVERY == 0 or done == len(rows):
            watch(done, len(rows))
    pictures.flush()
    classes.flush()


def main() -> None:
    """Read the share as JSON, draw it, and write the number drawn so far, a line each time."""
    share: dict[str, Any] = json.load(sys.stdin)
    generator = find("generator", share["generator"]).model_validate(share["options"])
    if not isinstance(generator, Generator):
        raise TypeError(f"{share['generator']} is not a generator")

    def tell(done: int, _total: int, _word: str = "") -> None:
        sys.stdout.write(f"{done}\n")
        sys.stdout.flush()

    rows = range(share["first"], share["end"])
    try:
        draw_rows(
            generator, share["seed"], rows, Path(share["images"]), Path(share["labels"]), tell
        )
    except HarnessError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
