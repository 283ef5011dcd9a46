"""Polls on the pictures of a run's GANs: what is asked, and what people have answered."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from harness.datasets.generator import decode
from harness.errors import SpecError
from harness.measurements.datasets.work import TrainGan
from harness.measurements.gans.work import GanEntry
from harness.measurements.inputs import labelled
from harness.people.poll import POLL, Label, Poll
from harness.pipeline.store import Artifact
from harness.registry import suggestion
from harness.runs.home import existing
from harness.runs.run import Run
from harness.seeds import child_seed
from harness.sweep.specs import PollSpec

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class GanPoll:
    """The poll on the pictures of one GAN.

    Attributes:
        run: the run that trains the GAN.
        gan: its name in the sweep.
    """

    run: Run
    gan: str

    @property
    def file(self) -> Path:
        """Give the file of the answers; another training has pictures and answers of its own."""
        return self.run.folder / f"{self.gan}-{self._trained().content[:12]}-{POLL}"

    @property
    def rule(self) -> PollSpec:
        """Give the rule that makes answers a label."""
        return self.run.sweep.gans[self.gan].poll

    def open(self) -> Poll:
        """Open the answers, or begin with none.

        Raises:
            SpecError: the GAN has not been trained yet.
            RequirementError: the run's folder cannot be written.
        """
        return Poll(self.file, self.rule)

    def labels(self) -> list[Label]:
        """List the labels that people have agreed on; nothing is written."""
        return list(self.open().labels()) if self.file.exists() else []

    def pictures(self) -> tuple[Bytes, str]:
        """Draw the pictures of the poll, the same each time.

        Returns:
            Images uint8 [n, height, width, channels], and the GAN's alphabet.

        Raises:
            SpecError: the GAN has not been trained yet.
        """
        from harness.gans.trained_gan import load

        network, count = load(self._trained().path), self.rule.pictures
        # A conditional GAN is asked for each class in turn, and people are not told which.
        classes = np.arange(count) % len(network.alphabet)
        seed = child_seed(self.run.sweep.seed, "poll", self.gan)
        return network.pictures(classes, seed), network.alphabet

    def control(self) -> Callable[[], tuple[Bytes, str]]:
        """Give a function that draws a picture whose label is known, and gives both.

        Raises:
            SpecError: the pictures that the GAN has learned from are gone.
        """
        import secrets

        source = self.run.store.find("datasets", self._learned_from())
        if source is None:
            raise SpecError(f"the pictures of {self.gan!r} are gone; run {self.run.id} again")
        data, alphabet = labelled(source), str(source.notes["alphabet"])

        def control() -> tuple[Bytes, str]:
            number = secrets.randbelow(len(data))
            return np.array(data.images[number]), decode(data.labels[number], alphabet)

        return control

    def _entry(self) -> GanEntry:
        """Find the GAN in the plan."""
        (entry,) = self.run.plan.find(GanEntry, gan=self.gan)
        return entry

    def _learned_from(self) -> str:
        """Give the digest of the step that draws what the GAN learns from."""
        work = self.run.step(self._entry().imitate).work
        if not isinstance(work, TrainGan):
            raise TypeError("a GAN is trained by a TrainGan step")
        return work.train

    def _trained(self) -> Artifact:
        """Find the trained GAN in the store."""
        artifact = self.run.store.find("gans", self._entry().imitate)
        if artifact is None:
            raise SpecError(f"{self.gan!r} is not trained yet; run {self.run.id} first")
        return artifact


def gan_poll(name: str, home: Path) -> GanPoll:
    """Find the poll on a GAN.

    Args:
        name: RUN/GAN.
        home: the folder that the run was written to.

    Raises:
        SpecError: there is no such run or GAN; those that there are are listed.
    """
    run_id, _, gan = name.partition("/")
    run = existing(run_id, home)
    if not run.sweep.gans:
        raise SpecError(f"{run.id} has no GANs; the sweep `gan` has some")
    if gan not in run.sweep.gans:
        raise SpecError(f"{run.id} has no GAN {gan!r}; {suggestion(gan, run.sweep.gans)}")
    return GanPoll(run, gan)
