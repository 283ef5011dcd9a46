"""Half of each batch perturbed by FGSM with the current weights."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from harness.defenses.pgd_training import PgdTraining
from harness.options import Epsilon

if TYPE_CHECKING:
    from harness.defenses.adversarial_objective import AdversarialObjective


class MixedBatch(PgdTraining):
    """Mixes fresh FGSM images, made with the current weights, into every batch: Adam 1e-4.

    The second published way of fine-tuning; the first is adversarial_finetune.
    """

    trains_against: ClassVar[tuple[str, ...]] = ("fgsm",)

    epochs: Annotated[int, Field(ge=1, le=10_000)] = Field(10, description="passes over the images")
    images: Annotated[int, Field(ge=1)] = Field(
        10_000, description="images to train on, the first N of the split"
    )
    learning_rate: Annotated[float, Field(gt=0, le=10)] | None = Field(
        1e-4, description="learning rate of the fine-tuning"
    )
    schedule: Literal["constant", "cosine"] = Field(
        "constant", description="of the learning rate; cosine: it falls to 0 by the last step"
    )
    precision: Literal["float32", "bfloat16", "auto"] = Field(
        "float32",
        description="arithmetic while training; auto: bfloat16 where the processor is fast at it",
    )
    epsilon: Epsilon = Field(0.1, description="radius of the FGSM images (linf)")
    attack_steps: Annotated[int, Field(ge=1, le=1000)] = Field(
        1, description="steps of PGD for each batch; 1: FGSM"
    )
    rising: Annotated[float, Field(ge=0, le=1)] = Field(
        0.0, description="share of the training over which the radius rises from 0"
    )
    mixed: Annotated[float, Field(gt=0, le=1)] = Field(
        0.5, description="share of each batch that is perturbed"
    )

    def objective(self) -> "AdversarialObjective":
        """See RobustTraining.objective."""
        from harness.defenses.adversarial_objective import AdversarialObjective

        step_size = (
            self.epsilon if self.attack_steps == 1 else 2.5 * self.epsilon / self.attack_steps
        )
        return AdversarialObjective(
            self.epsilon, self.attack_steps, step_size, self.rising, self.mixed
        )
