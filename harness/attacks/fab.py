"""Fast adaptive boundary attack: along the boundary, ever nearer to the clean image."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import Field

from harness.attacks.minimum_norm_attack import AttackInput, MinimumNormAttack, NearestMisread
from harness.progress import Progress, no_progress

if TYPE_CHECKING:
    from harness.attacks.search_state import SearchState


class Fab(MinimumNormAttack):
    """Steps to the boundary's tangent plane, and back towards the clean image; no step size.

    Attacks the most likely wrong classes, one after the other. A captcha is misread at the
    character whose boundary is nearest.

    Source: Croce and Hein 2020 (FAB), algorithm 1, targeted form.
    """

    iterative: ClassVar[bool] = True

    steps: Annotated[int, Field(ge=1, le=10_000)] = Field(
        100, description="steps of each restart towards each class"
    )
    restarts: Annotated[int, Field(ge=1, le=1000)] = Field(
        1, description="runs; the first begins at the clean image, others at random points"
    )
    targets: Annotated[int, Field(ge=1, le=1000)] = Field(
        9, description="classes to go towards, the most likely wrong ones first"
    )

    def approach(self, given: AttackInput, nearest: NearestMisread) -> None:
        """See MinimumNormAttack.approach."""
        from harness.attacks.fab_loop import FabLoop

        loop = FabLoop(given, self.norm, nearest)
        ranked = loop.state.ranked_wrong()
        targets = min(self.targets, ranked.shape[-1])
        for restart in range(self.restarts):
            for target in range(targets):
                rows = loop.read_right()
                towards = ranked[rows, :, target].astype(np.int32)
                loop.walk(rows, towards, self.steps, restart)
                done = restart * targets + target + 1
                given.progress(done, self.restarts * targets, f"{self.steps} steps")

    def improve(self, state: "SearchState", epsilon: float, seed: int, progress: Progress) -> None:
        """Walk towards each target from what is not yet broken, within one radius.

        See StagedAttack.improve: so it is a stage of `auto`.
        """
        from harness.attacks.fab_loop import FabLoop

        ranked = state.ranked_wrong()
        for target in range(min(self.targets, ranked.shape[-1])):
            rows = state.unbroken()
            if not len(rows):
                return
            clean = state.clean[rows]
            nearest = NearestMisread.unknown(clean)
            given = AttackInput(state.reader, clean, state.labels[rows], seed, no_progress)
            loop = FabLoop(given, state.objective.norm, nearest)
            towards = ranked[rows, :, target].astype(np.int32)
            loop.walk(np.arange(len(rows)), towards, self.steps, 0)
            state.gradients += nearest.gradients
            progress(target + 1, self.targets, f"{self.steps} steps")
            state.accept(rows, np.where(nearest.within(epsilon), nearest.images, clean))
