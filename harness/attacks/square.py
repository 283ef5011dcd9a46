"""Square attack: random squares, kept where the breaker grows less sure; no gradients."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from harness.attacks.attack import Answers, Knowledge
from harness.attacks.standing_attack import StandingAttack
from harness.attacks.target import Targeted
from harness.options import Norm
from harness.progress import Progress


class Square(Targeted, StandingAttack):
    """Random squares of pixels at the ends of the ball, kept where the margin shrinks.

    It asks for scores only, so that it finds what misleading gradients hide.

    Source: Andriushchenko, Croce, Flammarion, Hein 2020, algorithms 1 and 2 (linf).
    """

    knowledge: ClassVar[Knowledge] = "black_box"
    answers: ClassVar[Answers] = "scores"
    norms: ClassVar[tuple[Norm, ...]] = ("linf",)

    queries: Annotated[int, Field(ge=2, le=1_000_000)] = Field(
        5000, description="of each captcha and radius, at most"
    )
    share_of_pixels: Annotated[float, Field(gt=0, le=1)] = Field(
        0.8, description="in the first square; later ones are smaller"
    )

    def better(self, standing: Any, epsilon: float, seed: int, progress: Progress) -> None:
        """See StandingAttack.better."""
        from harness.attacks.squares import Squares

        Squares(standing).search(epsilon, self.queries, self.share_of_pixels, seed, progress)
