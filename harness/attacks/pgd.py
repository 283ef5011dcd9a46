"""Projected gradient descent, as a search over all radii."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from harness.attacks.attack import AttackLoss
from harness.attacks.standing_attack import StandingAttack
from harness.attacks.target import Targeted
from harness.progress import Progress

FEW = 16  # captchas that a warm start leaves are tried anew: it costs little, and some were stuck


class Pgd(Targeted, StandingAttack):
    """Many small steps up the loss, each projected back into the ball; random starts.

    Keeps the iterate with the fewest right characters (then the highest loss). Sharing carries it
    from one radius to the next, where it is a valid start, and lets captchas without a right
    character leave the batch.

    Source: Madry, Makelov, Schmidt, Tsipras, Vladu 2018, section 2.1.
    """

    iterative: ClassVar[bool] = True

    steps: Annotated[int, Field(ge=1, le=10_000)] = Field(40, description="per restart and radius")
    step_size: Annotated[float, Field(gt=0, le=1)] | None = Field(
        None, description="length of a step; 2.5 * epsilon / steps by default"
    )
    restarts: Annotated[int, Field(ge=1, le=1000)] = Field(1, description="runs per radius")
    random_start: bool = Field(True, description="start at a random point of the ball")
    loss: AttackLoss = Field("cross_entropy", description="or dlr, or squared_error")
    momentum: Annotated[float, Field(ge=0, lt=10)] = Field(0.0, description="of the gradient")

    def longer(self) -> Self:
        """See Attack.longer."""
        return self.model_copy(update={"steps": 2 * self.steps})

    def better(self, standing: Any, epsilon: float, seed: int, progress: Progress) -> None:
        """See StandingAttack.better."""
        from harness.attacks.search import Search

        search = Search(standing, self.loss, self.momentum)
        step_size = self.step_size or 2.5 * epsilon / self.steps
        for restart in range(self.restarts):
            rows, warm = standing.unbroken(), restart == 0 and standing.moved
            if warm:
                search.climb(rows, standing.best[rows], epsilon, step_size, self.steps)
                rows = standing.unbroken()
            if not warm or len(rows) <= FEW:
                start = self._start(standing, rows, epsilon, seed, restart)
                search.climb(rows, start, epsilon, step_size, self.steps)
            progress(restart + 1, self.restarts, f"{self.steps} steps")

    def _start(self, standing: Any, rows: Any, epsilon: float, seed: int, restart: int) -> Any:
        """Where a climb that owes nothing to the radius before begins."""
        if self.random_start:
            return standing.starts(rows, epsilon, seed, restart)
        return standing.best[rows] if restart else standing.clean[rows]
