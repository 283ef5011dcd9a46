"""Half of each batch perturbed by FGSM against the weights of the moment."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from harness.defenses.pgd_training import PgdTraining
from harness.options import Epsilon


class MixedBatch(PgdTraining):
    """Mixes fresh FGSM images, made with the current weights, into every batch: Adam 1e-4.

    The second published way of fine-tuning; the first is adversarial_finetune.
    """

    trains_against: ClassVar[tuple[str, ...]] = ("fgsm",)

    epochs: Annotated[int, Field(ge=1, le=10_000)] = 10
    images: Annotated[int, Field(ge=1)] = 10_000
    learning_rate: Annotated[float, Field(gt=0, le=10)] | None = 1e-4
    schedule: Literal["constant", "cosine"] = "constant"
    precision: Literal["float32", "bfloat16", "auto"] = "float32"
    epsilon: Epsilon = Field(0.1, description="radius of the FGSM images (linf)")
    attack_steps: Annotated[int, Field(ge=1, le=1000)] = Field(1, description="1: FGSM")
    rising: Annotated[float, Field(ge=0, le=1)] = 0.0
    mixed: Annotated[float, Field(gt=0, le=1)] = Field(0.5, description="share of each batch")

    def objective(self) -> Any:
        """See RobustTraining.objective."""
        from harness.defenses.adversary import Adversary

        step_size = (
            self.epsilon if self.attack_steps == 1 else 2.5 * self.epsilon / self.attack_steps
        )
        return Adversary(self.epsilon, self.attack_steps, step_size, self.rising, self.mixed)
