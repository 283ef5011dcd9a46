"""The polls of runs: a GAN's pictures, and what people have said of them."""

from pathlib import Path
from typing import Any

import numpy as np

from harness.datasets.generator import decode
from harness.errors import SpecError
from harness.measurements.datasets.spec import TrainGan
from harness.measurements.gans.spec import GanEntry
from harness.measurements.inputs import labelled
from harness.people.poll import POLL, Poll
from harness.pipeline.store import Artifact
from harness.registry import suggestion
from harness.seeds import child_seed
from workers import home as homes
from workers.home import chosen_home
from workers.run import Run


def polled(name: str, home: Path | None) -> tuple[Run, str]:
    """Give the run, and its GAN.

    Args:
        name: RUN/GAN.
        home: of the run.

    Raises:
        SpecError: there is no such GAN; those that there are are listed.
    """
    run_id, _, gan = name.partition("/")
    run = homes.existing(run_id, chosen_home(home))
    if not run.sweep.gans:
        raise SpecError(f"{run.id} has no GANs; the sweep `gan` has some")
    if gan not in run.sweep.gans:
        raise SpecError(f"{run.id} has no GAN {gan!r}; {suggestion(gan, run.sweep.gans)}")
    return run, gan


def poll(run: Run, gan: str) -> Poll:
    """Say what people have said of a GAN's pictures; another training has pictures of its own."""
    trained = _trained(run, gan).content[:12]
    return Poll(run.folder / f"{gan}-{trained}-{POLL}", run.sweep.gans[gan].poll)


def _trained(run: Run, gan: str) -> Artifact:
    artifact = run.store.find("gans", _imitated(run, gan)[0])
    if artifact is None:
        raise SpecError(f"{gan!r} is not trained yet; run {run.id} first")
    return artifact


def pictures(run: Run, gan: str) -> Any:
    """Give the pictures of the poll, uint8 [n, height, width, channels], and their alphabet.

    Raises:
        SpecError: the GAN has not been trained yet.
    """
    from harness.gans.network import load

    network, count = load(_trained(run, gan).path), run.sweep.gans[gan].poll.pictures
    # A conditional GAN is asked for each class in turn, and people are not told.
    classes = np.arange(count) % len(network.alphabet)
    return network.pictures(classes, child_seed(run.sweep.seed, "poll", gan)), network.alphabet


def controls(run: Run, gan: str) -> Any:
    """Real pictures, and what they are: a function that draws one of them."""
    import secrets

    source = run.store.find("datasets", _imitated(run, gan)[1])
    if source is None:
        raise SpecError(f"the pictures of {gan!r} are gone; run {run.id} again")
    data, alphabet = labelled(source), str(source.notes["alphabet"])

    def control() -> tuple[Any, str]:
        number = secrets.randbelow(len(data))
        return np.array(data.images[number]), decode(data.labels[number], alphabet)

    return control


def _imitated(run: Run, gan: str) -> tuple[str, str]:
    """Give the step that trains a GAN, and the one that draws what it learns from."""
    (entry,) = run.plan.find(GanEntry, gan=gan)
    work = run.step(entry.imitate).work
    if not isinstance(work, TrainGan):
        raise TypeError("a GAN is trained by a TrainGan step")
    return entry.imitate, work.train
