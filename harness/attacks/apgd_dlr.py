"""Auto-PGD on the difference of logits ratio, towards each of several classes."""

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from harness.attacks.apgd_ce import ApgdCe


class ApgdDlr(ApgdCe):
    """Auto-PGD on the difference of logits ratio, which no scaling of the logits can hide.

    Towards the classes that come next after the right one, one after the other; on captchas, each
    character towards its own.

    Source: Croce and Hein 2020 (AutoAttack), section 4.
    """

    targets: Annotated[int, Field(ge=0, le=1000)] = Field(
        9, description="classes tried, most likely first; 0: untargeted"
    )
    target: None = Field(None, description="none here: apgd_ce and pgd go to one text better")

    def run(self, standing: Any, epsilon: float, seed: int, restart: int) -> None:
        """Give one run for each target."""
        from harness.attacks.auto_pgd_loop import AutoPgdLoop

        if self.targets == 0:
            rows = standing.unbroken()
            start = standing.starts(rows, epsilon, seed, "dlr", restart)
            AutoPgdLoop(standing, "dlr").climb(rows, start, epsilon, self.steps)
            return
        ranked = standing.ranked_wrong()
        for target in range(min(self.targets, ranked.shape[-1])):
            rows = standing.unbroken()
            start = standing.starts(rows, epsilon, seed, "targeted_dlr", restart, target)
            towards = ranked[rows, :, target].astype(np.int32)
            AutoPgdLoop(standing, "targeted_dlr").climb(rows, start, epsilon, self.steps, towards)
