"""What training holds: fine-tuning, adversarial and certified training side by side."""

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks import steps
from benchmarks.measured import HOME, captchas_read, carried_out
from benchmarks.networks import test_digits
from harness.attacks.auto import Auto
from harness.breakers.reader import trained_reader
from harness.defenses.robust_accuracy import CERTIFIED, ROBUST
from harness.measurements.certificates.run import CERTIFICATE
from harness.progress import no_progress
from harness.results.document import BreakerResult, Document
from harness.results.rows.row import UNDEFENDED
from harness.results.tally import percent
from harness.runs.creation import start
from harness.runs.run import Run
from harness.sweep import sweepfile

EPSILON = 0.3
BREAKER, CERTIFIES = "threshold_cnn", "ibp"
COLUMNS = (("fgsm", "transfer"), ("fgsm", "white_box"), ("pgd", "white_box"), ("auto", "white_box"))
EVERY = 5  # epochs


@dataclass(frozen=True)
class TrainedNetwork:
    """One breaker with one defense; `attacked`: what each attack of COLUMNS leaves."""

    breaker: str
    defense: str
    clean: str
    attacked: tuple[str, ...]
    certified: str
    at_once: str
    minutes: float | None


@dataclass(frozen=True)
class Moment:
    """What is held after some minutes of a training, in [0, 1]."""

    minutes: float
    robust: float
    certified: float | None


@dataclass(frozen=True)
class UnderAuto:
    """`auto` on all test images of the certified network; numbers of images.

    Attributes:
        attacked: those that are read and not certified: only these are attacked.
        at_most: those that the cutting of balls has not refuted.
    """

    defense: str
    images: int
    attacked: int
    held: int
    certified: int
    clean: int
    at_most: int
    seconds: float

    def share(self, images: int) -> str:
        """Show a number of images as a share of all."""
        return percent(images, self.images, 2)


@dataclass(frozen=True)
class Robust:
    """All networks, how the robust trainings went, and `auto` on the certified network."""

    epsilon: float
    boxes: int
    networks: tuple[TrainedNetwork, ...]
    trainings: tuple[tuple[str, tuple[Moment, ...]], ...]
    under_auto: UnderAuto


def measure() -> Robust:
    """Carry out the sweep `robust`, and `auto` on all test images of the certified network."""
    run = start(sweepfile.locate("robust"), HOME)
    document = carried_out(run)
    trainings = ((breaker.defense, _moments(breaker)) for breaker in document.breakers)
    return Robust(
        EPSILON,
        run.sweep.boxes,
        tuple(_network(document, breaker) for breaker in document.breakers),
        tuple((defense, moments) for defense, moments in trainings if moments),
        _under_auto(run),
    )


def _network(document: Document, breaker: BreakerResult) -> TrainedNetwork:
    attacked = {
        (row.attack, row.knowledge): captchas_read(row.accuracy)
        for row in document.rows
        if (row.breaker, row.defense, row.epsilon) == (breaker.breaker, breaker.defense, EPSILON)
        and row.accuracy
    }
    certified = [
        (captchas_read(row.accuracy), percent(row.at_once.right_captchas, row.at_once.captchas))
        for row in document.certified
        if (row.breaker, row.defense, row.epsilon) == (breaker.breaker, breaker.defense, EPSILON)
        and row.at_once
    ]
    trained = breaker.defense != UNDEFENDED and breaker.seconds is not None
    return TrainedNetwork(
        breaker.breaker,
        breaker.defense,
        captchas_read(breaker.accuracy, breaker.status),
        tuple(attacked.get(column, "-") for column in COLUMNS),
        *(certified[0] if certified else ("-", "-")),
        minutes=(breaker.seconds or 0.0) / 60 if trained else None,
    )


def _moments(breaker: BreakerResult) -> tuple[Moment, ...]:
    """Give what was held after every few epochs of a robust training, and after the last."""
    minutes, moments = 0.0, []
    for number, epoch in enumerate(breaker.history, 1):
        minutes += epoch["seconds"] / 60
        if ROBUST in epoch and (number % EVERY == 0 or number == len(breaker.history)):
            moments.append(Moment(minutes, epoch[ROBUST], epoch.get(CERTIFIED)))
    return tuple(moments)


def _under_auto(run: Run) -> UnderAuto:
    """Attack the test images of the certified network that are read and not certified."""
    reader, data = trained_reader(run.trained(BREAKER, CERTIFIES)), test_digits(run)
    images, labels = np.array(data.images), data.labels
    clean = reader.read(images) == labels
    certified, refuted = _certificate(run)
    uncertain = np.flatnonzero(clean[:, 0] & ~certified)
    begin = time.perf_counter()
    (attacked,) = Auto().perturb(
        reader, images[uncertain], labels[uncertain], [EPSILON], 0, no_progress
    )
    seconds = time.perf_counter() - begin
    still_right = int((reader.read(attacked.images) == labels[uncertain]).sum())
    return UnderAuto(
        defense=CERTIFIES,
        images=len(images),
        attacked=len(uncertain),
        held=int(certified.sum()) + still_right,
        certified=int(certified.sum()),
        clean=int(clean.sum()),
        at_most=int((clean[:, 0] & ~refuted).sum()),
        seconds=seconds,
    )


def _certificate(run: Run) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell which test images are certified, and which are refuted, both [n]."""
    step = steps.certificate(run)
    artifact = run.store.find(step.kind, step.digest)
    if artifact is None:
        raise LookupError("the certificates are not in the store")
    with np.load(artifact.path / CERTIFICATE, allow_pickle=False) as arrays:
        at = arrays["epsilons"].tolist().index(EPSILON)
        return arrays["held"][at] == 1, arrays["refuted"][at]
