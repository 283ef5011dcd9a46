"""What defenses share that train on an objective of their own within a ball."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from harness.defenses.defense import TrainingDefense
from harness.options import Epsilon


class RobustTraining(TrainingDefense):
    """Base of adversarial and of certified training; the radius rises at first."""

    certifies: ClassVar[bool] = False  # what it trains can be certified by interval bounds

    images: Annotated[int, Field(ge=1)] = 60_000
    schedule: Literal["constant", "cosine"] = "cosine"
    precision: Literal["float32", "bfloat16", "auto"] = "auto"
    epsilon: Epsilon = Field(0.3, description="radius of the ball (linf)")
    rising: Annotated[float, Field(ge=0, le=1)] = Field(
        0.3, description="share of the training over which the radius rises from 0"
    )

    def objective(self) -> Any:
        """See TrainingDefense.objective; each robust training has its own."""
        raise NotImplementedError
