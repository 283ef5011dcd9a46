"""Auto-PGD on the cross-entropy."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field

from harness.attacks.staged_attack import StagedAttack
from harness.attacks.target import Targeted
from harness.progress import Progress

if TYPE_CHECKING:
    from harness.attacks.search_state import SearchState


class ApgdCe(Targeted, StagedAttack):
    """Auto-PGD on the cross-entropy: no step size to choose, momentum, returns to the best point.

    Source: Croce and Hein 2020 (AutoAttack), algorithm 1.
    """

    iterative: ClassVar[bool] = True

    steps: Annotated[int, Field(ge=1, le=10_000)] = Field(
        100, description="steps of each restart at each radius"
    )
    restarts: Annotated[int, Field(ge=1, le=1000)] = Field(
        1, description="runs at each radius, from a random point each"
    )

    def longer(self) -> Self:
        """See Attack.longer."""
        return self.model_copy(update={"steps": 2 * self.steps})

    def improve(self, state: "SearchState", epsilon: float, seed: int, progress: Progress) -> None:
        """See StagedAttack.improve."""
        for restart in range(self.restarts):
            self.run(state, epsilon, seed, restart)
            progress(restart + 1, self.restarts, f"{self.steps} steps")

    def run(self, state: "SearchState", epsilon: float, seed: int, restart: int) -> None:
        """Climb once from random points of the ball."""
        from harness.attacks.auto_pgd_loop import AutoPgdLoop

        rows = state.unbroken()
        start = state.random_starts(rows, epsilon, seed, "cross_entropy", restart)
        AutoPgdLoop(state, "cross_entropy").climb(rows, start, epsilon, self.steps)
