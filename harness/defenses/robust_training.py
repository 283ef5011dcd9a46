"""The base of defenses that train on an objective of their own within a ball."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from harness.defenses.defense import TrainingDefense
from harness.options import Epsilon

if TYPE_CHECKING:
    from harness.breakers.training_loop import Objective


class RobustTraining(TrainingDefense, ABC):
    """Base of adversarial and of certified training; the radius rises at first."""

    certifies: ClassVar[bool] = False  # what it trains can be certified by interval bounds

    images: Annotated[int, Field(ge=1)] = Field(
        60_000, description="images to train on, the first N of the split"
    )
    schedule: Literal["constant", "cosine"] = Field(
        "cosine", description="of the learning rate; cosine: it falls to 0 by the last step"
    )
    precision: Literal["float32", "bfloat16", "auto"] = Field(
        "auto",
        description="arithmetic while training; auto: bfloat16 where the processor is fast at it",
    )
    epsilon: Epsilon = Field(0.3, description="radius of the ball (linf)")
    rising: Annotated[float, Field(ge=0, le=1)] = Field(
        0.3, description="share of the training over which the radius rises from 0"
    )

    @abstractmethod
    def objective(self) -> "Objective":
        """See TrainingDefense.objective; each robust training has its own."""
