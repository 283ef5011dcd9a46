"""What every defense promises: a breaker trained further, or a filter before it."""

from typing import Any, ClassVar

from pydantic import Field

from harness.breakers.architecture import Recipe
from harness.datasets.generator import Split, Watch
from harness.specs import Options


class InputDefense(Options):
    """Base of defenses that filter the input; attacks go through the filter."""

    def filter(self) -> Any:
        """A function from float32 images [batch, height, width, channels] to the same shape."""
        raise NotImplementedError


class TrainingDefense(Recipe):
    """Base of defenses that train the breaker further."""

    trains_against: ClassVar[tuple[str, ...]] = ()  # rows of the attack table

    images: int = Field(10_000, ge=1, description="images to train on")

    def split(self) -> Split:
        """The split of the data set whose images it trains on."""
        return "train"

    def strengthen(
        self, model: Any, data: Any, validation: Any, seed: int, watch: Watch
    ) -> list[dict[str, float]]:
        """Train `model` in place on LabelledImages; gives the history, as training.fit does."""
        raise NotImplementedError
