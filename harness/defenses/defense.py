"""What every defense promises: a breaker trained further, or a filter before it."""

from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from harness.arrays import Filter
from harness.breakers.architecture import Recipe
from harness.files.checkpoint import NOWHERE, Checkpoint
from harness.options import Options, Split
from harness.progress import Progress


class InputDefense(Options):
    """Base of defenses that filter the input; attacks go through the filter."""

    random: ClassVar[bool] = False  # answers differ from one time to the next

    def filter(self) -> Filter:
        """A function from float32 images [batch, height, width, channels] to the same shape."""
        raise NotImplementedError

    def draws(self) -> int:
        """Answers that an attack is to average, because the filter is random; else 1."""
        return 1

    def marks(self) -> tuple[str, ...]:
        """List warnings of attacks that could not go through the filter properly."""
        return ()


class LearnedDefense(InputDefense):
    """Base of filters that are trained on clean captchas before they can be used."""

    def trained(self, folder: Path, shape: tuple[int, ...]) -> Filter:
        """Give the filter that was trained.

        Args:
            folder: of the training's artifact in the store.
            shape: of one image: height, width, channels.
        """
        raise NotImplementedError


class SteppedDefense(InputDefense):
    """Base of filters without a usable slope: attacks take it for that of doing nothing.

    Source: Athalye, Carlini, Wagner 2018, section 4.1 (BPDA).
    """

    bpda: bool = Field(
        True,
        description="attacks go through the filter as if its slope were 1; false: they see no "
        "slope, and only seem to fail",
    )

    def stepped(self) -> Filter:
        """As `filter`, whatever its slope."""
        raise NotImplementedError

    def filter(self) -> Filter:
        """See InputDefense.filter."""
        from harness.backend import tf

        stepped = self.stepped()
        if not self.bpda:
            return lambda images: tf.stop_gradient(stepped(images))

        @tf.custom_gradient  # type: ignore[untyped-decorator] # no types
        def passed(images: Any) -> Any:
            return stepped(images), lambda upstream: upstream

        return passed  # type: ignore[no-any-return] # no types

    def marks(self) -> tuple[str, ...]:
        """See InputDefense.marks."""
        return () if self.bpda else ("around_the_filter",)


class TrainingDefense(Recipe):
    """Base of defenses that train the breaker further."""

    trains_against: ClassVar[tuple[str, ...]] = ()  # rows of the attack table

    images: int = Field(10_000, ge=1, description="images to train on")

    def split(self) -> Split:
        """Give the split of the data set whose images it trains on."""
        return "train"

    def strengthen(
        self,
        model: Any,
        data: Any,
        validation: Any,
        seed: int,
        progress: Progress,
        checkpoint: Checkpoint = NOWHERE,
    ) -> list[dict[str, float]]:
        """Train `model` in place on LabelledImages; gives the history, as training.fit does.

        `checkpoint` is where a training that is cut short goes on from.
        """
        from harness.breakers.training import fit
        from harness.images.labelled import LabelledImages

        some = LabelledImages(data.images[: self.images], data.labels[: self.images], data.blank)
        learned = self.learned_from(model, some, seed, progress)
        told = (model, self, learned, validation, seed, progress)
        return fit(*told, objective=self.objective(), checkpoint=checkpoint)

    def learned_from(self, model: Any, data: Any, seed: int, progress: Progress) -> Any:  # noqa: ARG002 - others perturb
        """The LabelledImages of the training; as they are, unless a defense perturbs them first."""
        return data

    def objective(self) -> Any:
        """Say what the training lowers, a harness.breakers.training.Objective."""
        from harness.breakers.training import PLAIN

        return PLAIN
