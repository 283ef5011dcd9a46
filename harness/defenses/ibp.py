"""Certified training: the worst that interval bounds allow is lowered, and nothing can be worse."""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from harness.defenses.robust_training import RobustTraining

if TYPE_CHECKING:
    from harness.defenses.certified_objective import CertifiedObjective


class Ibp(RobustTraining):
    """Trains on interval bounds; the clean loss gives way to them as the radius rises.

    What it certifies holds against every attack within the ball; it reads less than what
    adversarial training leaves.

    Source: Gowal et al. 2018, section 3.3.
    """

    certifies: ClassVar[bool] = True

    epochs: Annotated[int, Field(ge=1, le=10_000)] = Field(60, description="passes over the images")
    rising: Annotated[float, Field(ge=0, le=1)] = Field(
        0.6, description="share of the training over which the radius rises from 0"
    )
    clean: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5,
        description="weight of the clean loss once the radius has risen; the loss of the bounds "
        "has 1 - clean",
    )

    def objective(self) -> "CertifiedObjective":
        """See RobustTraining.objective."""
        from harness.defenses.certified_objective import CertifiedObjective

        return CertifiedObjective(self.epsilon, self.rising, self.clean)
