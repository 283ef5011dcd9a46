"""Photographs that a classifier of ImageNet takes for a toaster."""

import time
from pathlib import Path

import numpy as np

from benchmarks.measured import HOME
from benchmarks.page import table
from harness.attacks.picture import towards
from harness.breakers.photo_classifier import photo_classifier
from harness.datasets.photograph import photograph
from harness.progress import no_progress

EPSILON, UNTIL, STEPS = 0.01, 0.9, 100


def measure() -> str:
    """Both photographs that scikit-learn carries."""
    import sklearn.datasets

    images = Path(sklearn.datasets.__file__).parent / "images"
    reads = photo_classifier("squeezenet", None, HOME / "downloads")
    target = reads.number("toaster")
    rows = []
    for file in sorted(images.glob("*.jpg")):
        picture = photograph(file, reads.size, reads.channels)
        begin = time.perf_counter()
        found = towards(reads, picture, target, EPSILON, UNTIL, STEPS, no_progress)
        seconds = time.perf_counter() - begin
        first = int(found.chances_before.argmax())
        rows.append(
            (
                file.name,
                f"{reads.names[first]} {100 * found.chances_before[first]:.1f} %",
                f"toaster {100 * found.chances_after[target]:.1f} %",
                f"{len(found.rises)}",
                f"{seconds:.1f}",
                f"{np.abs(found.after - found.before).max():.4f}",
            )
        )
    return "\n\n".join(
        [
            "## A photograph taken for a toaster",
            "SqueezeNet 1.1 on photographs that scikit-learn carries; targeted, each pixel within "
            f"{EPSILON} on the scale from -1 to 1, until the probability is above {UNTIL}; seconds "
            "with tracing. The picture that is judged is the one that a 16-bit file keeps.",
            table(("photograph", "before", "after", "steps", "seconds", "moved at most"), rows),
        ]
    )
