"""Square attack: random squares, kept where the breaker grows less sure; no gradients."""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from harness.attacks.attack import Answers, Knowledge
from harness.attacks.staged_attack import StagedAttack
from harness.attacks.target import Targeted
from harness.options import Norm
from harness.progress import Progress

if TYPE_CHECKING:
    from harness.attacks.search_state import SearchState


class Square(Targeted, StagedAttack):
    """Random squares of pixels at plus or minus epsilon, kept where the margin shrinks.

    It asks for scores only, so that it finds what misleading gradients hide.

    Source: Andriushchenko, Croce, Flammarion, Hein 2020, algorithms 1 and 2 (linf).
    """

    knowledge: ClassVar[Knowledge] = "black_box"
    answers: ClassVar[Answers] = "scores"
    norms: ClassVar[tuple[Norm, ...]] = ("linf",)

    queries: Annotated[int, Field(ge=2, le=1_000_000)] = Field(
        5000, description="queries for each captcha and radius, at most"
    )
    share_of_pixels: Annotated[float, Field(gt=0, le=1)] = Field(
        0.8, description="share of the pixels in the first square; later squares are smaller"
    )

    def improve(self, state: "SearchState", epsilon: float, seed: int, progress: Progress) -> None:
        """See StagedAttack.improve."""
        from harness.attacks.square_loop import SquareLoop

        SquareLoop(state).search(epsilon, self.queries, self.share_of_pixels, seed, progress)
