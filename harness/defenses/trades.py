"""TRADES: the clean loss plus a divergence within the ball."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from harness.defenses.pgd_training import PgdTraining

if TYPE_CHECKING:
    from harness.defenses.adversarial_objective import TradesObjective


class TradesTraining(PgdTraining):
    """Trains on the clean loss plus the largest divergence of the predictions within the ball.

    Source: Zhang, Yu, Jiao, Xing, El Ghaoui, Jordan 2019, equation 5.
    """

    weight: Annotated[float, Field(ge=0, le=1000)] = Field(
        6.0, description="weight of the divergence (KL), beside the clean loss (1 / lambda)"
    )

    def objective(self) -> "TradesObjective":
        """See RobustTraining.objective."""
        from harness.defenses.adversarial_objective import TradesObjective

        step_size = 2.5 * self.epsilon / self.attack_steps
        return TradesObjective(
            self.epsilon, self.attack_steps, step_size, self.rising, weight=self.weight
        )
