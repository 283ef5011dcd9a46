"""The attack for headline figures: several attacks in turn, each on what those before have left."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Protocol

from pydantic import Field

from harness.attacks.attack import Goal
from harness.attacks.staged_attack import StagedAttack
from harness.progress import Progress, no_progress

if TYPE_CHECKING:
    from harness.attacks.search_state import SearchState


class Stage(Protocol):
    """An attack that can be one of several on the same search state."""

    def improve(self, state: "SearchState", epsilon: float, seed: int, progress: Progress) -> None:
        """See StagedAttack.improve."""


class Auto(StagedAttack):
    """apgd_ce, apgd_dlr towards nine classes, fab, and square, without anything to choose.

    In the manner of AutoAttack: each captcha counts as broken when any of them breaks it. Within
    the next radius only those are attacked again that are still read.

    Source: Croce and Hein 2020 (AutoAttack), section 5.
    """

    iterative: ClassVar[bool] = True

    steps: Annotated[int, Field(ge=1, le=10_000)] = Field(
        100, description="steps of each run of apgd_ce, apgd_dlr and fab"
    )
    targets: Annotated[int, Field(ge=1, le=1000)] = Field(
        9, description="classes that apgd_dlr and fab go towards, the most likely wrong ones first"
    )
    queries: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        5000, description="queries of square for each captcha and radius (linf); 0: without square"
    )
    goal: Goal = Field(
        "any",
        description="all: a captcha is broken when every character is wrong; any: when one is",
    )

    def improve(self, state: "SearchState", epsilon: float, seed: int, progress: Progress) -> None:
        """See StagedAttack.improve."""
        stages = self.stages()
        for number, (name, stage) in enumerate(stages.items()):
            unbroken = len(state.unbroken())
            progress(number, len(stages), f"{name} on {unbroken}")
            if unbroken:
                stage.improve(state, epsilon, seed, no_progress)

    def stages(self) -> dict[str, Stage]:
        """Give the attacks in their order."""
        from harness.attacks.apgd_ce import ApgdCe
        from harness.attacks.apgd_dlr import ApgdDlr
        from harness.attacks.fab import Fab
        from harness.attacks.square import Square

        stages: dict[str, Stage] = {
            "apgd_ce": ApgdCe(steps=self.steps),
            "apgd_dlr": ApgdDlr(steps=self.steps, targets=self.targets),
            "fab": Fab(steps=self.steps, targets=self.targets),
        }
        if self.queries and self.norm == "linf":
            stages["square"] = Square(queries=self.queries)
        return stages
