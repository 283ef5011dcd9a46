"""Auto-PGD on the difference of logits ratio, towards each of several classes."""

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from harness.attacks.apgd_ce import ApgdCe

if TYPE_CHECKING:
    from harness.attacks.search_state import SearchState


class ApgdDlr(ApgdCe):
    """Auto-PGD on the difference of logits ratio, which no scaling of the logits can hide.

    Attacks the most likely wrong classes, one after the other; on captchas, each character towards
    its own.

    Source: Croce and Hein 2020 (AutoAttack), section 4.
    """

    targets: Annotated[int, Field(ge=0, le=1000)] = Field(
        9, description="classes to go towards, the most likely wrong ones first; 0: untargeted DLR"
    )
    target: None = Field(
        None, description="not for this attack; apgd_ce and pgd go towards one text"
    )

    def run(self, state: "SearchState", epsilon: float, seed: int, restart: int) -> None:
        """Climb once for each target, from random points of the ball."""
        from harness.attacks.auto_pgd_loop import AutoPgdLoop

        if self.targets == 0:
            rows = state.unbroken()
            start = state.random_starts(rows, epsilon, seed, "dlr", restart)
            AutoPgdLoop(state, "dlr").climb(rows, start, epsilon, self.steps)
            return
        ranked = state.ranked_wrong()
        for target in range(min(self.targets, ranked.shape[-1])):
            rows = state.unbroken()
            start = state.random_starts(rows, epsilon, seed, "targeted_dlr", restart, target)
            towards = ranked[rows, :, target].astype(np.int32)
            AutoPgdLoop(state, "targeted_dlr").climb(rows, start, epsilon, self.steps, towards)
