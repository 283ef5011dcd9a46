"""What GANs do in a sweep: trained on pictures, looked at, and drawing captchas."""

from pathlib import Path
from typing import Any

import numpy as np

from harness.files.checkpoint import Checkpoint
from harness.datasets.gan_captcha import GanCaptcha
from harness.progress import Progress
from harness.errors import HarnessError
from harness.measurements.datasets.spec import Draw, TrainGan
from harness.measurements.gans.spec import Appraise

APPRAISAL = "appraisal.npz"
DIVIDES = 8  # height and width of a picture


def imitate(
    work: TrainGan,
    data: Any,
    alphabet: str,
    folder: Path,
    notes: dict[str, Any],
    progress: Progress,
    checkpoint: Checkpoint,
) -> None:
    """Train a GAN.

    Args:
        work: the step.
        data: LabelledImages of single characters.
        alphabet: of its labels.
        folder: gets the network and a sheet per epoch.
        notes: gets the history, and the number of parameters.
        progress: told how far it is.
        checkpoint: what is gone on from.

    Raises:
        HarnessError: there are more characters to a picture, or it has another size.
    """
    from harness.images.labelled import LabelledImages
    from harness.gans import network
    from harness.gans.gan import Gan
    from harness.gans.rivalry import Rivalry

    height, width, channels = data.images.shape[1:]
    if data.labels.shape[1] != 1 or height % DIVIDES or width % DIVIDES:
        raise HarnessError(
            f"a GAN learns from single characters whose size {DIVIDES} divides; these have "
            f"{data.labels.shape[1]} characters on {width} x {height} pixels"
        )
    if not isinstance(work.options, Gan):
        raise TypeError(f"{work.gan} is not a GAN")
    data = LabelledImages(data.images[: work.images], data.labels[: work.images])
    if len(data) < work.options.batch_size:
        raise HarnessError(
            f"{len(data)} pictures are less than a batch of {work.options.batch_size}; lower "
            "batch_size, or draw more"
        )
    rivalry = Rivalry(work.options, (height, width, channels), len(alphabet), work.seed)
    rivalry.train(data, progress, checkpoint)
    notes["history"] = rivalry.history
    notes["parameters"] = int(rivalry.generator.count_params())
    network.save(work.gan, rivalry, data.images.shape[1:], alphabet, folder)


def appraise(
    work: Appraise, network: Path, judge: Path, train: Any, test: Any, folder: Path, progress: Progress
) -> None:
    """Let a judge look at what a GAN draws.

    Args:
        work: the step.
        network: folder of the GAN.
        judge: folder of the breaker.
        train: LabelledImages that the GAN and the judge were trained on.
        test: others of the same kind.
        folder: gets the figures.
        progress: told how far it is.
    """
    from harness.breakers.reader import trained_reader
    from harness.gans.appraisal import appraise as figures
    from harness.gans.network import load

    drawer = load(network)
    learned, real = train.images[: work.images], test.images[: work.count]
    # As many as there are real ones: among more pictures, the nearest one is nearer.
    labels = np.random.default_rng(work.seed).integers(0, len(drawer.alphabet), len(real))
    drawn = drawer.pictures(labels, work.seed)
    found = figures(trained_reader(judge), drawn, learned, real, progress)
    np.savez(
        folder / APPRAISAL,
        allow_pickle=False,
        labels=labels.astype(np.uint8),
        real_labels=test.labels[: work.count, 0],
        **vars(found),
    )


def draw(work: Draw, network: Path, folder: Path, progress: Progress) -> str:
    """Draw captchas with a GAN; gives their alphabet."""
    from harness.gans import network as networks
    from harness.seeds import child_seed

    if not isinstance(work.options, GanCaptcha):
        raise TypeError(f"{work.generator} is not drawn by a GAN")
    drawer = networks.load(network)
    seed = child_seed(work.seed, work.split)
    networks.draw(drawer, work.options.length, seed, work.count, folder, progress)
    return drawer.alphabet
