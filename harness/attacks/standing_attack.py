"""Attacks that better one standing, radius by radius; in turn, they are `auto`."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.attack import Attack, Goal, Perturbed, sixteen_bit
from harness.progress import Progress


class StandingAttack(Attack):
    """Base of attacks that go on from what has been reached within a smaller radius."""

    edition: ClassVar[int] = 2

    goal: Goal = Field("all", description="all: every character wrong; any: one is enough")
    share: bool = Field(True, description="captchas broken within a radius stay so in larger ones")
    swift: bool = Field(
        True,
        description="search in bfloat16 where the processor multiplies it itself; judged in "
        "float32 all the same",
    )

    def perturb(
        self,
        reader: Any,
        clean: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        epsilons: Sequence[float],
        seed: int,
        progress: Progress,
    ) -> Iterator[Perturbed]:
        """See Attack.perturb."""
        from harness.attacks.standing import Standing

        wanted, towards = self.wanted(reader, clean, labels, seed)
        standing = Standing(reader, clean, wanted, self.norm, self.goal, self.swift, towards)
        for number, epsilon in enumerate(epsilons):
            if not self.share:
                standing.forget()

            def tell(done: int, of: int, word: str = "", /, before: int = number) -> None:
                progress(before * of + done, len(epsilons) * of, word)

            before = standing.gradients
            if epsilon > 0:
                self.better(standing, epsilon, seed, tell)
            spent = standing.gradients - before
            yield Perturbed(epsilon, sixteen_bit(clean, standing.best), spent)

    def better(self, standing: Any, epsilon: float, seed: int, progress: Progress) -> None:
        """Attack the captchas that are not yet as wrong as the goal has it, within one radius.

        Args:
            standing: harness.attacks.standing.Standing; what is reached is kept there.
            epsilon: the radius, above 0.
            seed: image i draws from (seed, i) alone.
            progress: told how far it is.
        """
        raise NotImplementedError
