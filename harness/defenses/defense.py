"""The bases of all defenses: a breaker trained further, or a filter before it."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from harness.array_types import Filter, KerasModel, Shape, Tensor
from harness.breakers.architecture import Recipe
from harness.files.checkpoint import NO_CHECKPOINT, Checkpoint
from harness.options import Options, Split
from harness.progress import Progress

if TYPE_CHECKING:
    from harness.breakers.training_loop import Objective
    from harness.images.labelled import LabelledImages


class InputDefense(Options, ABC):
    """Base of defenses that filter the input; attacks go through the filter."""

    random: ClassVar[bool] = False  # answers differ from one time to the next

    def filter(self) -> Filter:
        """Make the function that changes images float32 [batch, height, width, channels].

        Filters that are trained have none before: see LearnedDefense.
        """
        raise NotImplementedError

    def draws(self) -> int:
        """Give how many answers an attack is to average, because the filter is random; else 1."""
        return 1

    def marks(self) -> tuple[str, ...]:
        """List the warnings of attacks that cannot go through the filter properly."""
        return ()


class LearnedDefense(InputDefense):
    """Base of filters that are trained on clean captchas before they can be used."""

    @abstractmethod
    def trained(self, folder: Path, shape: Shape) -> Filter:
        """Load the filter that was trained.

        Args:
            folder: of the training's artifact in the store.
            shape: of one image: height, width, channels.
        """


class NonDifferentiableDefense(InputDefense):
    """Base of filters without a usable gradient: attacks take it for that of doing nothing.

    Source: Athalye, Carlini, Wagner 2018, section 4.1 (BPDA).
    """

    bpda: bool = Field(
        True,
        description="attacks go through the filter as if it changed nothing (BPDA); false: they "
        "see a gradient of zero, and only seem to fail",
    )

    @abstractmethod
    def forward(self) -> Filter:
        """Make the filter, whatever its gradient."""

    def filter(self) -> Filter:
        """See InputDefense.filter."""
        from harness.backend import tf

        forward = self.forward()
        if not self.bpda:
            return lambda images: tf.stop_gradient(forward(images))

        def passed(images: Tensor) -> tuple[Tensor, Filter]:
            return forward(images), lambda upstream: upstream

        through: Filter = tf.custom_gradient(passed)
        return through

    def marks(self) -> tuple[str, ...]:
        """See InputDefense.marks."""
        return () if self.bpda else ("around_the_filter",)


class TrainingDefense(Recipe):
    """Base of defenses that train the breaker further."""

    trains_against: ClassVar[tuple[str, ...]] = ()  # rows of the attack table

    images: int = Field(10_000, ge=1, description="images to train on, the first N of the split")

    def split(self) -> Split:
        """Give the split of the data set whose images it trains on."""
        return "train"

    def strengthen(
        self,
        model: KerasModel,
        data: "LabelledImages",
        validation: "LabelledImages | None",
        seed: int,
        progress: Progress,
        checkpoint: Checkpoint = NO_CHECKPOINT,
    ) -> list[dict[str, float]]:
        """Train a model in place.

        Args:
            model: the undefended breaker's.
            data: captchas of the split; the first `images` are used.
            validation: measured after each epoch; None: not measured.
            seed: of the order, and of what is random in the defense.
            progress: told how far it is.
            checkpoint: where a training that is cut short goes on from.

        Returns:
            One row per epoch, see harness.breakers.training.fit.
        """
        from harness.breakers.training import fit
        from harness.images.labelled import LabelledImages

        first = LabelledImages(data.images[: self.images], data.labels[: self.images], data.blank)
        learned = self.learned_from(model, first, seed, progress)
        return fit(
            model,
            self,
            learned,
            validation,
            seed,
            progress,
            objective=self.objective(),
            checkpoint=checkpoint,
        )

    def learned_from(
        self, model: KerasModel, data: "LabelledImages", seed: int, progress: Progress
    ) -> "LabelledImages":
        """Give the images to train on; a defense may perturb them first."""
        return data

    def objective(self) -> "Objective":
        """Give what the training lowers."""
        from harness.breakers.training_loop import PLAIN

        return PLAIN
