"""Auto-PGD on the cross-entropy."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.attack import SWIFT, Attack, Goal, Perturbed, sixteen_bit
from harness.datasets.generator import Watch


class ApgdCe(Attack):
    """Auto-PGD on the cross-entropy: no step size to choose, momentum, returns to the best point.

    Source: Croce and Hein 2020 (AutoAttack), algorithm 1.
    """

    iterative: ClassVar[bool] = True
    loss: ClassVar[str] = "cross_entropy"

    steps: Annotated[int, Field(ge=1, le=10_000)] = Field(100, description="per restart and radius")
    restarts: Annotated[int, Field(ge=1, le=1000)] = Field(1, description="runs per radius")
    goal: Goal = Field("all", description="all: every character wrong; any: one is enough")
    swift: bool = Field(True, description=SWIFT)
    share: bool = Field(True, description="captchas broken within a radius stay so in larger ones")

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
        from harness.attacks.standing import Standing

        standing = Standing(reader, clean, labels, self.norm, self.goal, self.swift)
        for number, epsilon in enumerate(epsilons):
            if not self.share:
                standing.forget()
            before = standing.gradients
            for restart in range(self.restarts if epsilon > 0 else 0):
                self.better(standing, epsilon, seed, restart)
                done = number * self.restarts + restart + 1
                watch(done, len(epsilons) * self.restarts, f"{self.steps} steps")
            spent = standing.gradients - before
            yield Perturbed(epsilon, sixteen_bit(clean, standing.best), spent)

    def better(self, standing: Any, epsilon: float, seed: int, restart: int) -> None:
        """One run on the captchas that are still right, from random points of the ball."""
        from harness.attacks.ascent import Ascent

        rows = standing.unbroken()
        start = standing.starts(rows, epsilon, seed, self.loss, restart)
        Ascent(standing, self.loss).climb(rows, start, epsilon, self.steps)  # type: ignore[arg-type]
