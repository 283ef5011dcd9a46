"""DeepFool: to the nearest of the boundaries, as if they were planes, until one is crossed."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from harness.attacks.minimum_norm_attack import AttackInput, MinimumNormAttack, NearestMisread


class DeepFool(MinimumNormAttack):
    """Steps to the nearest boundary of several classes, taken as planes, until one is crossed.

    A captcha is misread at the character that is the least sure.

    Source: Moosavi-Dezfooli, Fawzi, Frossard 2016, algorithm 2.
    """

    iterative: ClassVar[bool] = True

    steps: Annotated[int, Field(ge=1, le=10_000)] = Field(
        50, description="steps for each captcha, at most"
    )
    classes: Annotated[int, Field(ge=1, le=1000)] = Field(
        9, description="wrong classes whose boundaries are looked at, the most likely ones"
    )
    overshoot: Annotated[float, Field(ge=0, le=1)] = Field(
        0.02, description="how far to go beyond the boundary, as a share of the way there"
    )

    def approach(self, given: AttackInput, nearest: NearestMisread) -> None:
        """See MinimumNormAttack.approach."""
        from harness.attacks.deepfool_loop import DeepFoolStep, compile_walk
        from harness.attacks.search_state import SearchState

        state = SearchState(given.reader, given.clean, given.labels, self.norm, "any")
        classes, count = min(self.classes, given.reader.classes - 1), len(given.clean)
        step = DeepFoolStep(given.reader, self.norm, classes)
        walk = state.compiled(("deepfool", classes), lambda: compile_walk(step))
        for block, padded in state.batches(count):
            rows = np.arange(block.start, block.stop)
            images, distance = walk(
                state.clean[padded], state.labels[padded], self.steps, np.float32(self.overshoot)
            )
            nearest.keep(rows, images.numpy()[: len(rows)], distance.numpy()[: len(rows)])
            given.progress(block.stop, count)
        nearest.gradients += self.steps * classes * count
