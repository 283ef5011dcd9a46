"""The attack of Carlini and Wagner: distance and margin in one objective, in l2."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from harness.attacks.minimum_norm_attack import AttackInput, MinimumNormAttack, NearestMisread
from harness.attacks.target import Targeted
from harness.options import Norm


class Cw(Targeted, MinimumNormAttack):
    """Adam on squared distance plus a weight times the margin, the weight found by halving.

    Source: Carlini and Wagner 2017, section VI.A.
    """

    iterative: ClassVar[bool] = True
    norms: ClassVar[tuple[Norm, ...]] = ("l2",)

    norm: Norm = Field("l2", description="norm of the distance")
    steps: Annotated[int, Field(ge=1, le=100_000)] = Field(
        200, description="steps of Adam for each weight"
    )
    weights: Annotated[int, Field(ge=1, le=50)] = Field(
        6, description="number of weights that are tried, one after the other"
    )
    first_weight: Annotated[float, Field(gt=0)] = Field(
        1.0, description="the first weight of the margin; smaller where it is enough, else larger"
    )
    learning_rate: Annotated[float, Field(gt=0, le=10)] = Field(
        0.05, description="learning rate of Adam"
    )
    confidence: Annotated[float, Field(ge=0)] = Field(
        0.0, description="margin by which a wrong logit must exceed the right one"
    )

    def approach(self, given: AttackInput, nearest: NearestMisread) -> None:
        """See MinimumNormAttack.approach."""
        from harness.attacks.cw_loop import CwLoop

        weight = np.full(len(given.clean), self.first_weight, np.float32)
        low, high = np.zeros_like(weight), np.full_like(weight, np.inf)
        loop = CwLoop(given, self.target is not None, self.learning_rate, self.confidence)
        for trial in range(self.weights):
            distance = np.empty_like(weight)
            for rows, images, reached in loop.descend(weight, self.steps):
                nearest.keep(rows, images, reached)
                distance[rows] = reached
                done = trial * len(weight) + int(rows[-1]) + 1
                note = f"weight {trial + 1} of {self.weights}"
                given.progress(done, self.weights * len(weight), note)
            worked = np.isfinite(distance)
            high = np.where(worked, np.minimum(high, weight), high)
            low = np.where(worked, low, np.maximum(low, weight))
            bounded = np.isfinite(high)
            middle = (low + np.where(bounded, high, 0)) / 2
            weight = np.where(bounded, middle, weight * 10).astype(np.float32)
        nearest.gradients += self.weights * self.steps * len(weight)
