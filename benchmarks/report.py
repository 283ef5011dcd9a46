"""How the pages of a run grow with it: seconds, memory, bytes, and how long a browser takes."""

import base64
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import reports
from harness.images import pictures
from harness.metrics import wilson
from harness.results.document import BreakerResult, DatasetResult, Document, Picture, Provenance
from harness.results.rows.prediction import Predictions
from harness.results.rows.result import WORST_CASE, ResultRow
from harness.results.tally import Accuracy, Tally

# breakers, attacks, radii, pictures
SIZES = ((10, 4, 3, 120), (50, 5, 4, 1_000), (200, 10, 5, 4_000), (1_000, 20, 10, 20_000))
CAPTCHAS, LENGTH, DATASETS = 1000, 5, 5
BYTES = 1024


@dataclass(frozen=True)
class Written:
    """What the pages of one run cost.

    Attributes:
        document: mebibytes that the run's document takes by itself.
        seconds: of a processor, to write all files; `waited` is by the clock.
        memory: mebibytes at most, the document included.
        first: bytes of the first page; `further`: of the largest page of a breaker.
        opened: seconds until the browser has loaded the first page; `further_opened`: the largest
            page of a breaker.
    """

    rows: int
    breakers: int
    pictures: int
    document: float
    seconds: float
    waited: float
    memory: float
    first: int
    further: int
    opened: float
    further_opened: float


@dataclass(frozen=True)
class ReportSizes:
    """Runs of several sizes."""

    runs: tuple[Written, ...]


def measure() -> ReportSizes:
    """Write the pages of each size in a process of its own, so that memory is its own too."""
    written = []
    for size in SIZES:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.report", *map(str, size)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        written.append(Written(**json.loads(done.stdout.splitlines()[-1])))
    return ReportSizes(tuple(written))


def written(breakers: int, attacks: int, radii: int, shown: int) -> Written:
    """Write the pages of a run that is made up."""
    document = made_up(breakers, attacks, radii, shown)
    before, clock, spent = _peak(), time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        page = reports.write(document, Path(folder))
        seconds, waited = time.process_time() - spent, time.perf_counter() - clock
        memory = _peak()
        others = sorted(Path(folder).glob("breakers/*.html"), key=lambda file: file.stat().st_size)
        further = others[-1] if others else page
        opened = [_opened(file) for file in (page, further)]
        return Written(
            len(document.rows), breakers, shown, before, seconds, waited, memory,
            page.stat().st_size, further.stat().st_size, *opened,
        )  # fmt: skip


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / BYTES


def _opened(file: Path) -> float:
    """Measure how long the browser takes to load a page of the disk."""
    from harness.browser.chromium import chromium

    with chromium() as browser:
        page = browser.new_page()
        begun = time.perf_counter()
        page.goto(file.as_uri())
        return time.perf_counter() - begun


def made_up(breakers: int, attacks: int, radii: int, shown: int) -> Document:
    """Make up a document: curves of all attacks on all breakers, and misread captchas.

    Args:
        breakers: how many, over DATASETS data sets.
        attacks: of each breaker.
        radii: of each attack.
        shown: pictures in all.
    """
    numbers = np.random.default_rng(0)
    noise = numbers.integers(0, 256, (30, 60, 160, 1)).astype(np.uint8)
    images = [base64.b64encode(pictures.png(image)).decode() for image in noise]
    text, right = "AB12C", 900
    predictions = Predictions(
        files=tuple(f"{number:06}.png" for number in range(CAPTCHAS)),
        predictions=(text,) * CAPTCHAS,
        targets=(text,) * CAPTCHAS,
        match=tuple(number < right for number in range(CAPTCHAS)),
    )
    results, rows = [], []
    for number in range(breakers):
        names = {"dataset": f"set{number % DATASETS}", "breaker": f"reader-{number}"}
        misread = tuple(
            Picture(
                file=f"{n:06}.png", target=text, prediction="AB1ZC", clean=images[n % len(images)]
            )
            for n in range(shown // breakers)
        )
        results.append(
            BreakerResult(
                **names, defense="none", architecture="whole_image", parameters=590_000,
                train_images=1000, epochs=5, seconds=30.0, milliseconds_per_captcha=1.0,
                accuracy=_accuracy(right), alphabet="ABC012", predictions=predictions,
                misread=misread, confusions=(("2", "Z", 100),),
                history=tuple(
                    {"loss": 1 / epoch, "validation_captcha_accuracy": epoch / 6}
                    for epoch in range(1, 6)
                ),
            )
        )  # fmt: skip
        for attack in (WORST_CASE, *(f"attack{n}" for n in range(1, attacks))):
            for step in range(radii):
                left = _accuracy(right * (radii - step) // radii)
                rows.append(
                    ResultRow(
                        **names, source=names["breaker"], knowledge="white_box", defense="none",
                        attack=attack, norm="linf", epsilon=0.3 * step / radii, accuracy=left,
                        clean=_accuracy(right).tally, newly_wrong=right - left.tally.right_captchas,
                        mean_linf=0.1, mean_l2=1.0, mean_ssim=0.9, gradients=40, seconds=1.0,
                    )
                )  # fmt: skip
    return Document(
        run="made-up", name="made-up", title="A run that is made up", asked="",
        datasets=tuple(
            DatasetResult(
                dataset=f"set{number}", generator="folder", captchas={"test": CAPTCHAS},
                shape=(60, 160, 1), alphabet="ABC012", lengths=(LENGTH, LENGTH),
            )
            for number in range(DATASETS)
        ),
        breakers=tuple(results), rows=tuple(rows), samples=(), failures=(), warning_meanings={},
        provenance=Provenance(
            seed=0, sweep_digest="0", versions={}, machine={}, step_seconds=1.0, artifacts={}
        ),
    )  # fmt: skip


def _accuracy(right: int) -> Accuracy:
    counts = (CAPTCHAS - right, *[0] * (LENGTH - 1), right)
    interval = wilson(right, CAPTCHAS)
    return Accuracy(
        tally=Tally(counts=(counts,)), captcha_interval=interval, character_interval=interval
    )


if __name__ == "__main__":
    result = written(*map(int, sys.argv[1:]))
    print(json.dumps(vars(result)))
