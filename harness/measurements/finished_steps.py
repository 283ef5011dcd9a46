"""Finished steps: the artifacts of a run, and the arrays that rows are gathered from."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.measurements.reading.run import READING
from harness.measurements.reading.work import Read
from harness.metrics import character_interval, histogram, right_characters, text_lengths, wilson
from harness.people.answers import Answered
from harness.pipeline.plan import Plan
from harness.pipeline.step import Step
from harness.pipeline.store import Artifact
from harness.results.document import Failure
from harness.results.rows.row import Status
from harness.results.tally import Accuracy, Tally
from harness.seeds import child_seed
from harness.selective_prediction import Scored
from harness.sweep.model import SweepSpec


@dataclass(frozen=True)
class FinishedSteps:
    """The finished steps of a run, with its sweep and plan.

    Attributes:
        sweep: the request.
        plan: its plan.
        artifacts: digest -> artifact, of the steps that are done.
        failures: digest -> why the step failed.
        people: answers of people on the page /try.
    """

    sweep: SweepSpec
    plan: Plan
    artifacts: Mapping[str, Artifact]
    failures: Mapping[str, Failure]
    people: Sequence[Answered] = ()

    @functools.cached_property
    def steps(self) -> Mapping[str, Step]:
        """Index the steps of the plan by their digests."""
        return {step.digest: step for step in self.plan.steps}

    def has(self, *digests: str) -> bool:
        """Tell whether some steps are all done."""
        return all(name in self.artifacts for name in digests)

    def status(self, name: str) -> Status:
        """Tell whether a step without an artifact has failed, or was skipped."""
        failure = self.failures.get(name)
        return failure.status if failure else "skipped"

    def data(self, reading: str) -> Artifact:
        """Give the artifact of the test split that a reading read."""
        work = self.steps[reading].work
        if not isinstance(work, Read):
            raise TypeError("a reading is made by a Read step")
        return self.artifacts[work.test]

    def alphabet(self, reading: str) -> str:
        """Give the characters of a reading's captchas."""
        return str(self.data(reading).notes["alphabet"])

    def blank(self, reading: str) -> int | None:
        """Give the class that stands for no character, where texts differ in length."""
        blank: int | None = self.artifacts[reading].notes.get("blank")
        return blank

    def classes(self, reading: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """Load what was read and what is right: class numbers uint8 [n, length] each."""
        with np.load(self.artifacts[reading].path / READING, allow_pickle=False) as arrays:
            return arrays["classes"], arrays["labels"]

    def scored(self, reading: str) -> Scored | None:
        """Load the confidence in each text, and whether it is right.

        Returns:
            None of a reading by an edition that kept no confidence.
        """
        with np.load(self.artifacts[reading].path / READING, allow_pickle=False) as arrays:
            if "confidence" not in arrays.files:
                return None
            confidence = arrays["confidence"]
        return Scored(confidence, self.right(reading) == self.lengths(reading))

    def right(self, reading: str) -> npt.NDArray[np.int64]:
        """Count the right characters of each clean captcha [n]."""
        return right_characters(*self.classes(reading), self.blank(reading))

    def files(self, reading: str) -> tuple[str, ...]:
        """Name the file of each captcha: as its owner does, or by its number."""
        return file_names(self.data(reading), len(self.classes(reading)[1]))

    def curve_right(
        self, curve: Mapping[str, npt.NDArray[np.generic]], reading: str
    ) -> npt.NDArray[np.int64]:
        """Count the right characters at each radius of a curve, int [radii, n].

        Args:
            curve: the arrays of its curve.npz.
            reading: the same breaker on the clean captchas.
        """
        blank = self.blank(reading)
        if blank is None:
            return np.asarray(curve["right"], np.int64)
        # Counted again from the classes: older curves count blanks between characters.
        labels = self.classes(reading)[1]
        classes = np.asarray(curve["classes"], np.uint8)
        right = [right_characters(read, labels[: len(read)], blank) for read in classes]
        return np.array(right, np.int64).reshape(classes.shape[:2])

    def lengths(self, reading: str) -> npt.NDArray[np.int64]:
        """Count the characters of each captcha [n]."""
        return text_lengths(self.classes(reading)[1], self.blank(reading))

    def accuracy(
        self,
        right: npt.NDArray[np.int64],
        lengths: npt.NDArray[np.int64],
        *name: str | int,
    ) -> Accuracy:
        """Compute accuracy and its intervals from right characters [n] and lengths [n].

        Args:
            right: right characters of each captcha.
            lengths: characters of each captcha.
            name: seeds the bootstrap, below the sweep's seed.
        """
        counts = histogram(right, lengths)
        tally = Tally(counts=counts)
        return Accuracy(
            tally=tally,
            captcha_interval=wilson(tally.right_captchas, tally.captchas),
            character_interval=character_interval(counts, child_seed(self.sweep.seed, *name)),
        )


def file_names(data: Artifact, count: int) -> tuple[str, ...]:
    """Name the captchas of a test split: as their owner does, or by number.

    Args:
        data: the artifact of the split; its notes have `files` where it was a user's folder.
        count: number of captchas.
    """
    files = data.notes.get("files") or ()
    if len(files) >= count:
        return tuple(str(name) for name in files[:count])
    return tuple(f"test-{number:06d}.png" for number in range(count))
