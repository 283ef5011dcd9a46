"""The headline attack: several attacks in turn, each on what the ones before have left."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.attack import SWIFT, Attack, Goal, Perturbed, sixteen_bit
from harness.datasets.generator import Watch


class Auto(Attack):
    """apgd_ce, apgd_dlr towards nine classes, fab, and square, without anything to choose.

    In the manner of AutoAttack: each captcha counts as broken when any of them breaks it. Within
    the next radius only those are attacked again that are still read.

    Source: Croce and Hein 2020 (AutoAttack), section 5.
    """

    iterative: ClassVar[bool] = True

    steps: Annotated[int, Field(ge=1, le=10_000)] = Field(100, description="of the first three")
    targets: Annotated[int, Field(ge=1, le=1000)] = Field(9, description="of apgd_dlr and fab")
    queries: Annotated[int, Field(ge=0, le=1_000_000)] = Field(5000, description="of square (linf)")
    swift: bool = Field(True, description=SWIFT)
    goal: Goal = Field("any", description="any: one wrong character is enough; all: every one")

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
        from harness.attacks.apgd_ce import ApgdCe
        from harness.attacks.apgd_dlr import ApgdDlr
        from harness.attacks.fab import Fab
        from harness.attacks.square import Square
        from harness.attacks.standing import Standing

        standing = Standing(reader, clean, labels, self.norm, self.goal, self.swift)
        first = ApgdCe(norm=self.norm, steps=self.steps, goal=self.goal)
        second = ApgdDlr(norm=self.norm, steps=self.steps, goal=self.goal, targets=self.targets)
        third = Fab(norm=self.norm, steps=self.steps, targets=self.targets)
        stages: list[tuple[str, Any]] = [
            ("apgd_ce", lambda epsilon: first.better(standing, epsilon, seed, 0)),
            ("apgd_dlr", lambda epsilon: second.better(standing, epsilon, seed, 0)),
            ("fab", lambda epsilon: third.better(standing, epsilon, seed)),
        ]
        if self.queries and self.norm == "linf":
            fourth = Square(queries=self.queries, goal=self.goal)
            stages.append(("square", lambda epsilon: fourth.better(standing, epsilon, seed)))
        for number, epsilon in enumerate(epsilons):
            before = standing.gradients
            for place, (word, stage) in enumerate(stages if epsilon > 0 else []):
                left = len(standing.unbroken())
                watch(
                    number * len(stages) + place, len(epsilons) * len(stages), f"{word} on {left}"
                )
                if left:
                    stage(epsilon)
            spent = standing.gradients - before
            yield Perturbed(epsilon, sixteen_bit(clean, standing.best), spent)
