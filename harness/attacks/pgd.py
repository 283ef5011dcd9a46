"""Projected gradient descent, as a search over all radii."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.attack import SWIFT, Attack, AttackLoss, Goal, Perturbed, sixteen_bit
from harness.datasets.generator import Watch


class Pgd(Attack):
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
    share: bool = Field(True, description="carry images from each radius to the next")
    loss: AttackLoss = Field("cross_entropy", description="or dlr, or squared_error")
    goal: Goal = Field("all", description="all: every character wrong; any: one is enough")
    swift: bool = Field(True, description=SWIFT)
    momentum: Annotated[float, Field(ge=0, lt=10)] = Field(0.0, description="of the gradient")

    def longer(self) -> Self:
        """See Attack.longer."""
        return self.model_copy(update={"steps": 2 * self.steps})

    def perturb(
        self,
        reader: Any,
        clean: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        epsilons: Sequence[float],
        seed: int,
        watch: Watch,
    ) -> Iterator[Perturbed]:
        """See Attack.perturb."""
        from harness.attacks.search import Search
        from harness.attacks.standing import Standing

        standing = Standing(reader, clean, labels, self.norm, self.goal, self.swift)
        search = Search(standing, self.loss, self.momentum)
        for number, epsilon in enumerate(epsilons):
            if not self.share:
                search.forget()
            before = standing.gradients
            step_size = self.step_size or 2.5 * epsilon / self.steps
            for restart in range(self.restarts if epsilon > 0 else 0):
                rows = standing.unbroken()
                warm = restart == 0 and search.moved
                start = standing.best[rows]
                if self.random_start and not warm:
                    start = standing.starts(rows, epsilon, seed, restart)
                search.climb(rows, start, epsilon, step_size, self.steps)
                done = number * self.restarts + restart + 1
                watch(done, len(epsilons) * self.restarts, f"{self.steps} steps")
            spent = standing.gradients - before
            yield Perturbed(epsilon, sixteen_bit(clean, standing.best), spent)
