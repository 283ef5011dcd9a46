"""Adversarial training: every batch is the worst of its balls."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from harness.datasets.generator import Watch
from harness.defenses.defense import TrainingDefense
from harness.specs import Epsilon


class PgdTraining(TrainingDefense):
    """Trains on PGD images of the weights of the moment; the radius rises at first.

    Source: Madry, Makelov, Schmidt, Tsipras, Vladu 2018, section 3.
    """

    trains_against: ClassVar[tuple[str, ...]] = ("pgd",)

    epochs: Annotated[int, Field(ge=1, le=10_000)] = 15
    images: Annotated[int, Field(ge=1)] = 60_000
    schedule: Literal["constant", "cosine"] = "cosine"
    precision: Literal["float32", "bfloat16", "auto"] = "auto"
    epsilon: Epsilon = Field(0.3, description="radius of the ball (linf)")
    attack_steps: Annotated[int, Field(ge=1, le=1000)] = Field(10, description="of PGD, a batch")
    rising: Annotated[float, Field(ge=0, le=1)] = Field(
        0.3, description="share of the training over which the radius rises from 0"
    )

    def strengthen(
        self, model: Any, data: Any, validation: Any, seed: int, watch: Watch
    ) -> list[dict[str, float]]:
        """See TrainingDefense.strengthen."""
        from harness.breakers.training import LabelledImages, fit

        some = LabelledImages(data.images[: self.images], data.labels[: self.images], data.blank)
        return fit(model, self, some, validation, seed, watch, objective=self.objective())

    def objective(self) -> Any:
        """What the training lowers."""
        from harness.defenses.adversary import Adversary

        step_size = 2.5 * self.epsilon / self.attack_steps
        return Adversary(self.epsilon, self.attack_steps, step_size, self.rising)
