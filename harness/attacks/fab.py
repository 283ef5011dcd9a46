"""Fast adaptive boundary attack: along the boundary, ever nearer to the clean image."""

from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.nearest import Found, NearestAttack, near
from harness.progress import Progress


class Fab(NearestAttack):
    """Steps to the boundary's tangent plane, and back towards the clean image; no step size.

    Towards the classes that come next after the right one, one after the other. A captcha is
    misread at the character whose boundary is nearest.

    Source: Croce and Hein 2020 (FAB), algorithm 1, targeted form.
    """

    iterative: ClassVar[bool] = True

    steps: Annotated[int, Field(ge=1, le=10_000)] = Field(100, description="per restart and target")
    restarts: Annotated[int, Field(ge=1, le=1000)] = Field(1, description="the first begins clean")
    targets: Annotated[int, Field(ge=1, le=1000)] = Field(
        9, description="classes tried, most likely first"
    )

    def approach(
        self,
        reader: Any,
        clean: npt.NDArray[np.float32],
        labels: npt.NDArray[np.int32],
        found: Found,
        seed: int,
        progress: Progress,
    ) -> None:
        """See NearestAttack.approach."""
        from harness.attacks.boundary import Boundary

        boundary = Boundary(reader, clean, labels, self.norm, found)
        ranked = boundary.standing.ranked_wrong()
        targets = min(self.targets, ranked.shape[-1])
        for restart in range(self.restarts):
            for target in range(targets):
                rows = boundary.read_right()
                towards = ranked[rows, :, target].astype(np.int32)
                boundary.walk(rows, towards, self.steps, seed, restart)
                done = restart * targets + target + 1
                progress(done, self.restarts * targets, f"{self.steps} steps")

    def better(self, standing: Any, epsilon: float, seed: int, progress: Progress) -> None:
        """As StandingAttack.better: one run for each target on what is left, within one radius."""
        from harness.attacks.boundary import Boundary

        ranked = standing.ranked_wrong()
        for target in range(min(self.targets, ranked.shape[-1])):
            rows = standing.unbroken()
            if not len(rows):
                return
            clean = standing.clean[rows]
            found = Found(clean.copy(), np.full(len(rows), np.inf, np.float32))
            labels = standing.labels[rows]
            boundary = Boundary(standing.reader, clean, labels, standing.norm, found)
            towards = ranked[rows, :, target].astype(np.int32)
            boundary.walk(np.arange(len(rows)), towards, self.steps, seed, 0)
            standing.gradients += found.gradients
            progress(target + 1, self.targets, f"{self.steps} steps")
            standing.take(rows, np.where(near(found, epsilon), found.images, clean))
