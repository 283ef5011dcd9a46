"""Captchas drawn by a GAN: what they are worth, and how fast they come about."""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.measured import HOME, carried_out
from benchmarks.page import table
from benchmarks.published_dcgan import BATCH, PublishedDcgan
from harness.files.checkpoint import NOWHERE
from harness.gans.dcgan import Dcgan
from harness.gans.network import draw, load
from harness.gans.rivalry import Rivalry
from harness.images.labelled import LabelledImages
from harness.measurements.execution import carry_out
from harness.measurements.gans.spec import GanEntry
from harness.measurements.inputs import labelled
from harness.progress import no_progress
from harness.results.document import Document
from harness.sweep import sweepfile
from reports.imitations import imitations
from reports.who_reads import who_reads
from workers.home import start
from workers.run import Run

CAPTCHAS, LENGTH = 10_000, 4
PICTURES, ROUNDS = 4_000, 3  # of a training that is timed
HEAD = ("GAN", "epochs", "minutes", "as meant", "judge on real ones", "KID (95 %)", "KID of real",
        "near-copies", "distinct")  # fmt: skip


def measure() -> str:
    """The sweep `gan`; 10,000 captchas; one epoch of dcgan here and as it was published."""
    run = start(sweepfile.locate("gan"), HOME)
    found = carried_out(run)
    return "\n\n".join(
        [
            "## Captchas drawn by a GAN",
            "Sweep `gan`: 20,000 house numbers of `street_numbers`; a judge that was trained on "
            "the same pictures reads 5,000 drawn ones, and 5,000 real ones that nothing was "
            "trained on. KID: on the judge's features, 10 blocks of 500.",
            table(HEAD, _gans(found)),
            "Captcha accuracy of each breaker (a column) on each data set (a row); bold: what it "
            "was trained on.",
            _who_reads(found),
            _drawn(run),
            _epochs(run),
        ]
    )


def _gans(found: Document) -> list[tuple[str, ...]]:
    return [
        (
            f"{one.row.gan}, {one.row.kind}",
            str(one.row.epochs),
            f"{(one.row.seconds or 0) / 60:.1f}",
            one.agreement.long if one.agreement else "-",
            one.judged.shown if one.judged else "-",
            f"{one.kid} ({one.kid_span})",
            one.kid_of_real,
            one.copies.count if one.copies else "-",
            one.distinct.shown if one.distinct else "-",
        )
        for one in imitations(found)
    ]


def _who_reads(found: Document) -> str:
    matrix = who_reads(found)
    if matrix is None:
        return "No breaker reads more than one data set."
    rows = [
        (
            line.dataset,
            *(
                "-" if rate is None else f"**{rate.shown}**" if own else rate.shown
                for rate, own in zip(line.rates, line.own, strict=True)
            ),
        )
        for line in matrix.lines
    ]
    return table(("data set", *matrix.breakers), rows)


def _drawn(run: Run) -> str:
    """Seconds for captchas of four pictures, tracing included."""
    network = load(run.store.path("gans", run.plan.find(GanEntry)[0].imitate))
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        draw(network, LENGTH, 1, CAPTCHAS, Path(folder), no_progress)
    seconds = time.perf_counter() - begin
    return f"{CAPTCHAS:,} captchas of {LENGTH} pictures are drawn in {seconds:.0f} s."


def _epochs(run: Run) -> str:
    """One epoch of dcgan: the compiled loop, and the published one, in turn."""
    step = next(step for step in run.plan.steps if step.label == "draw street train")
    data = labelled(carry_out(step, run.store, run.sources))
    data = LabelledImages(np.array(data.images[:PICTURES]), data.labels[:PICTURES])
    rivalry = Rivalry(Dcgan(epochs=ROUNDS + 1), data.images.shape[1:], 10, 1)
    published, rng = PublishedDcgan(), np.random.default_rng(1)
    published.epoch(data.images[: 2 * BATCH], rng)
    rates: list[float] = []

    def turn(done: int, _total: int, _word: str = "") -> None:
        if done % PICTURES == 0:  # after each epoch of ours, one of the other; the first compiles
            rates.append(published.epoch(data.images, rng))

    rivalry.train(data, turn, NOWHERE)
    own = [row["seconds"] - rate for row, rate in zip(rivalry.history, rates, strict=True)][1:]
    ratios = [rate / seconds for rate, seconds in zip(rates[1:], own, strict=True)]
    return (
        f"One epoch of `dcgan` over {PICTURES:,} pictures: {statistics.median(own):.1f} s here, "
        f"{statistics.median(rates[1:]):.1f} s by the published loop (train_on_batch, and predict "
        f"for the fakes), {statistics.median(ratios):.2f} times (from {min(ratios):.2f} to "
        f"{max(ratios):.2f}; {ROUNDS} rounds in turn after one to compile)."
    )
