"""Projected gradient descent, over all radii."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field

from harness.array_types import Floats, Rows
from harness.attacks.attack import AttackLoss
from harness.attacks.staged_attack import StagedAttack
from harness.attacks.target import Targeted
from harness.progress import Progress

if TYPE_CHECKING:
    from harness.attacks.search_state import SearchState

# At most so many captchas that a warm start leaves unbroken are tried again from random points:
# it costs little, and some were stuck.
FEW = 16


class Pgd(Targeted, StagedAttack):
    """Many small steps up the loss, each projected back into the ball; random starts.

    Keeps the iterate with the fewest right characters (then the highest loss). Sharing carries it
    from one radius to the next, where it is a valid start, and lets captchas without a right
    character leave the batch.

    Source: Madry, Makelov, Schmidt, Tsipras, Vladu 2018, section 2.1.
    """

    iterative: ClassVar[bool] = True

    steps: Annotated[int, Field(ge=1, le=10_000)] = Field(
        40, description="steps of each restart at each radius"
    )
    step_size: Annotated[float, Field(gt=0, le=1)] | None = Field(
        None, description="length of a step; 2.5 * epsilon / steps by default"
    )
    restarts: Annotated[int, Field(ge=1, le=1000)] = Field(1, description="runs at each radius")
    random_start: bool = Field(True, description="start at a random point of the ball")
    loss: AttackLoss = Field(
        "cross_entropy", description="the loss to climb; dlr does not depend on the logits' scale"
    )
    momentum: Annotated[float, Field(ge=0, lt=10)] = Field(
        0.0, description="share of the gradients before that each step adds, as mim; 0: none"
    )

    def longer(self) -> Self:
        """See Attack.longer."""
        return self.model_copy(update={"steps": 2 * self.steps})

    def improve(self, state: "SearchState", epsilon: float, seed: int, progress: Progress) -> None:
        """See StagedAttack.improve."""
        from harness.attacks.pgd_loop import PgdLoop

        loop = PgdLoop(state, self.loss, self.momentum)
        step_size = self.step_size or 2.5 * epsilon / self.steps
        for restart in range(self.restarts):
            rows, warm = state.unbroken(), restart == 0 and state.moved
            if warm:
                loop.climb(rows, state.best[rows], epsilon, step_size, self.steps)
                rows = state.unbroken()
            if not warm or len(rows) <= FEW:
                start = self._start(state, rows, epsilon, seed, restart)
                loop.climb(rows, start, epsilon, step_size, self.steps)
            progress(restart + 1, self.restarts, f"{self.steps} steps")

    def _start(
        self, state: "SearchState", rows: Rows, epsilon: float, seed: int, restart: int
    ) -> Floats:
        """Give the points where a climb begins that does not go on from a smaller radius."""
        if self.random_start:
            return state.random_starts(rows, epsilon, seed, restart)
        return state.best[rows] if restart else state.clean[rows]
