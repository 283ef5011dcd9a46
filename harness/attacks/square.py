"""Square attack: random squares, kept where the breaker grows less sure; no gradients."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.attack import SWIFT, Answers, Attack, Goal, Knowledge, Perturbed, sixteen_bit
from harness.datasets.generator import Watch, unwatched
from harness.specs import Norm


class Square(Attack):
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
    goal: Goal = Field("all", description="all: every character wrong; any: one is enough")
    swift: bool = Field(True, description=SWIFT)
    share: bool = Field(True, description="captchas broken within a radius stay so in larger ones")

    def perturb(
        self,
        reader: Any,
        clean: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        epsilons: Sequence[float],
        seed: int,
        watch: Watch,
    ) -> Iterator[Perturbed]:
        """See Attack.perturb."""
        from harness.attacks.standing import Standing

        standing = Standing(reader, clean, labels, self.norm, self.goal, self.swift)
        for number, epsilon in enumerate(epsilons):
            if not self.share:
                standing.forget()

            def tell(asked: int, of: int, _word: str = "", /, before: int = number) -> None:
                watch(before * of + asked, len(epsilons) * of, f"{asked} of {of} queries")

            if epsilon > 0:
                self.better(standing, epsilon, seed, tell)
            yield Perturbed(epsilon, sixteen_bit(clean, standing.best), 0)

    def better(self, standing: Any, epsilon: float, seed: int, watch: Watch = unwatched) -> None:
        """Ask about the captchas that are still right until `queries` are spent."""
        from harness.attacks.squares import Squares

        Squares(standing).search(epsilon, self.queries, self.share_of_pixels, seed, watch)
