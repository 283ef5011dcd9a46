"""Adversarial training on the PGD image of each training image."""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from harness.defenses.robust_training import RobustTraining

if TYPE_CHECKING:
    from harness.defenses.adversarial_objective import AdversarialObjective


class PgdTraining(RobustTraining):
    """Trains on the PGD image of each training image, made with the current weights.

    Source: Madry, Makelov, Schmidt, Tsipras, Vladu 2018, section 3.
    """

    trains_against: ClassVar[tuple[str, ...]] = ("pgd",)

    epochs: Annotated[int, Field(ge=1, le=10_000)] = Field(15, description="passes over the images")
    attack_steps: Annotated[int, Field(ge=1, le=1000)] = Field(
        10, description="steps of PGD for each batch; 1: FGSM"
    )

    def objective(self) -> "AdversarialObjective":
        """See RobustTraining.objective."""
        from harness.defenses.adversarial_objective import AdversarialObjective

        step_size = 2.5 * self.epsilon / self.attack_steps
        return AdversarialObjective(self.epsilon, self.attack_steps, step_size, self.rising)
