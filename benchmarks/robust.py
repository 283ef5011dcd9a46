"""What training holds: fine-tuning, adversarial and certified training side by side."""

import time

import numpy as np
import numpy.typing as npt

from benchmarks.measured import HOME, captchas_read, carried_out
from benchmarks.networks import test_digits
from benchmarks.page import table
from harness.attacks.auto import Auto
from harness.breakers.reader import trained_reader
from harness.defenses.validation import CERTIFIED, ROBUST
from harness.measurements.certificates.run import CERTIFICATE
from harness.measurements.certificates.spec import CertificateEntry
from harness.progress import no_progress
from harness.results.document import BreakerResult, Document
from harness.results.tally import percent
from harness.sweep import sweepfile
from workers.home import start
from workers.run import Run

EPSILON = 0.3
BREAKER, CERTIFIES = "threshold_cnn", "ibp"
HEAD = (
    "breaker", "defense", "clean", "stale FGSM", "fresh FGSM", "PGD-40", "auto", "certified",
    "at once", "minutes",
)  # fmt: skip
COLUMNS = (("fgsm", "transfer"), ("fgsm", "white_box"), ("pgd", "white_box"), ("auto", "white_box"))


def measure() -> str:
    """The sweep `robust`, and `auto` on all test images of the certified network."""
    run = start(sweepfile.locate("robust"), HOME)
    found = carried_out(run)
    rows = [_line(found, one) for one in found.breakers]
    return "\n\n".join(
        [
            "## What training holds",
            f"Sweep `robust`: MNIST, linf {EPSILON}. Clean and certified: all 10,000 "
            "test images; FGSM and PGD: the first 1,000, auto: the first 300. Stale FGSM images "
            "were made on the undefended network. Certified: by bounds of up to "
            f"{run.sweep.boxes:,} boxes for an image; at once: without cutting its ball. Minutes "
            "of training beyond the undefended network, on 2 cores.",
            table(HEAD, rows),
            _curves(found),
            _under_auto(run),
        ]
    )


def _line(found: Document, one: BreakerResult) -> tuple[str, ...]:
    clean = captchas_read(one.accuracy, one.status)
    attacked = []
    for attack, knowledge in COLUMNS:
        row = next(
            (
                row
                for row in found.rows
                if (row.breaker, row.defense) == (one.breaker, one.defense)
                and (row.attack, row.knowledge) == (attack, knowledge)
                and row.epsilon == EPSILON
                and row.accuracy
            ),
            None,
        )
        attacked.append(captchas_read(row.accuracy if row else None))
    sure = next(
        (
            (captchas_read(row.accuracy), percent(row.at_once.right_captchas, row.at_once.captchas))
            for row in found.certified
            if (row.breaker, row.defense) == (one.breaker, one.defense)
            and row.epsilon == EPSILON
            and row.at_once
        ),
        ("-", "-"),
    )
    minutes = "-" if one.defense == "none" or one.seconds is None else f"{one.seconds / 60:.0f}"
    return (one.breaker, one.defense, clean, *attacked, *sure, minutes)


def _curves(found: Document) -> str:
    """What held after so many minutes of each robust training."""
    lines = []
    for one in found.breakers:
        minutes, said = 0.0, []
        for number, row in enumerate(one.history, 1):
            minutes += row["seconds"] / 60
            if ROBUST in row and (number % 5 == 0 or row is one.history[-1]):
                sure = f" ({100 * row[CERTIFIED]:.1f})" if CERTIFIED in row else ""
                said.append(f"{minutes:.0f}: {100 * row[ROBUST]:.1f}{sure}")
        if said:
            lines.append(f"{one.defense} {', '.join(said)}")
    return (
        "Minutes of training, and the percentage of 1,000 validation images that PGD-20 leaves (in "
        f"brackets: that is certified at once): {'; '.join(lines)}."
    )


def _under_auto(run: Run) -> str:
    """`auto` on all test images of the certified network: on those that are not certified."""
    reader, data = trained_reader(run.trained(BREAKER, CERTIFIES)), test_digits(run)
    images, labels = np.array(data.images), data.labels
    clean = reader.read(images) == labels
    sure, refuted = _certificate(run)
    open_ = np.flatnonzero(clean[:, 0] & ~sure)
    begin = time.perf_counter()
    (found,) = Auto().perturb(reader, images[open_], labels[open_], [EPSILON], 0, no_progress)
    seconds = time.perf_counter() - begin
    held = int(sure.sum()) + int((reader.read(found.images) == labels[open_]).sum())
    return (
        f"`auto` on all {len(images):,} test images of the network that {CERTIFIES} has trained, "
        f"that is, on the {len(open_):,} that are read and not certified: it leaves "
        f"{percent(held, len(images), 2)} ({seconds:.0f} s); certified "
        f"{percent(int(sure.sum()), len(images), 2)}, clean "
        f"{percent(int(clean.sum()), len(images), 2)}. The cutting of balls, which follows the "
        "bounds and no slope at an image, finds enough of them misread somewhere that at most "
        f"{percent(int((clean[:, 0] & ~refuted).sum()), len(images), 2)} can hold."
    )


def _certificate(run: Run) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which test images are certified, and which are refuted, both [n]."""
    (listed,) = run.plan.find(CertificateEntry)
    artifact = run.store.find("certificates", listed.certificate)
    if artifact is None:
        raise LookupError("the certificates are not in the store")
    with np.load(artifact.path / CERTIFICATE, allow_pickle=False) as found:
        at = found["epsilons"].tolist().index(EPSILON)
        return found["held"][at] == 1, found["refuted"][at]
