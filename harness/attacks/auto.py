"""The headline attack: several attacks in turn, each on what the ones before have left."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from harness.attacks.attack import Goal
from harness.attacks.standing_attack import StandingAttack
from harness.progress import Progress, no_progress


class Auto(StandingAttack):
    """apgd_ce, apgd_dlr towards nine classes, fab, and square, without anything to choose.

    In the manner of AutoAttack: each captcha counts as broken when any of them breaks it. Within
    the next radius only those are attacked again that are still read.

    Source: Croce and Hein 2020 (AutoAttack), section 5.
    """

    iterative: ClassVar[bool] = True

    steps: Annotated[int, Field(ge=1, le=10_000)] = Field(100, description="of the first three")
    targets: Annotated[int, Field(ge=1, le=1000)] = Field(9, description="of apgd_dlr and fab")
    queries: Annotated[int, Field(ge=0, le=1_000_000)] = Field(5000, description="of square (linf)")
    goal: Goal = "any"

    def better(self, standing: Any, epsilon: float, seed: int, progress: Progress) -> None:
        """See StandingAttack.better."""
        stages = self.stages()
        for place, (word, stage) in enumerate(stages.items()):
            left = len(standing.unbroken())
            progress(place, len(stages), f"{word} on {left}")
            if left:
                stage.better(standing, epsilon, seed, no_progress)

    def stages(self) -> dict[str, Any]:
        """Give the attacks in their order."""
        from harness.attacks.apgd_ce import ApgdCe
        from harness.attacks.apgd_dlr import ApgdDlr
        from harness.attacks.fab import Fab
        from harness.attacks.square import Square

        stages: dict[str, Any] = {
            "apgd_ce": ApgdCe(steps=self.steps),
            "apgd_dlr": ApgdDlr(steps=self.steps, targets=self.targets),
            "fab": Fab(steps=self.steps, targets=self.targets),
        }
        if self.queries and self.norm == "linf":
            stages["square"] = Square(queries=self.queries)
        return stages
