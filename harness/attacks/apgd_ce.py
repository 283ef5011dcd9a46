"""Auto-PGD on the cross-entropy."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from harness.attacks.standing_attack import StandingAttack
from harness.attacks.target import Targeted
from harness.progress import Progress


class ApgdCe(Targeted, StandingAttack):
    """Auto-PGD on the cross-entropy: no step size to choose, momentum, returns to the best point.

    Source: Croce and Hein 2020 (AutoAttack), algorithm 1.
    """

    iterative: ClassVar[bool] = True

    steps: Annotated[int, Field(ge=1, le=10_000)] = Field(100, description="per restart and radius")
    restarts: Annotated[int, Field(ge=1, le=1000)] = Field(1, description="runs per radius")

    def longer(self) -> Self:
        """See Attack.longer."""
        return self.model_copy(update={"steps": 2 * self.steps})

    def better(self, standing: Any, epsilon: float, seed: int, progress: Progress) -> None:
        """See StandingAttack.better."""
        for restart in range(self.restarts):
            self.run(standing, epsilon, seed, restart)
            progress(restart + 1, self.restarts, f"{self.steps} steps")

    def run(self, standing: Any, epsilon: float, seed: int, restart: int) -> None:
        """Give one run from random points of the ball."""
        from harness.attacks.ascent import Ascent

        rows = standing.unbroken()
        start = standing.starts(rows, epsilon, seed, "cross_entropy", restart)
        Ascent(standing, "cross_entropy").climb(rows, start, epsilon, self.steps)
