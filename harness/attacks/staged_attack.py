"""Attacks that improve one search state, radius by radius; one after the other they are `auto`."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from harness.array_types import Labels, Pixels
from harness.attacks.attack import Attack, Goal, Perturbed, sixteen_bit
from harness.progress import Progress
from harness.readers import GradientReader

if TYPE_CHECKING:
    from harness.attacks.search_state import SearchState


class StagedAttack(Attack):
    """Base of attacks that start from what was reached within a smaller radius, or by another."""

    edition: ClassVar[int] = 2

    goal: Goal = Field(
        "all",
        description="all: a captcha is broken when every character is wrong; any: when one is",
    )
    share: bool = Field(
        True, description="reuse the images of smaller radii: what is broken there stays broken"
    )
    swift: bool = Field(
        True,
        description="search in bfloat16 where the processor is fast at it; results are judged in "
        "float32",
    )

    def perturb(
        self,
        reader: GradientReader,
        clean: Pixels,
        labels: Labels,
        epsilons: Sequence[float],
        seed: int,
        progress: Progress,
    ) -> Iterator[Perturbed]:
        """See Attack.perturb."""
        from harness.attacks.search_state import SearchState

        wanted, towards = self.objective_labels(reader, clean, labels, seed)
        state = SearchState(reader, clean, wanted, self.norm, self.goal, self.swift, towards)
        for number, epsilon in enumerate(epsilons):
            if not self.share:
                state.reset()

            def within_radius(done: int, of: int, note: str = "", /, before: int = number) -> None:
                progress(before * of + done, len(epsilons) * of, note)

            before = state.gradients
            if epsilon > 0:
                self.improve(state, epsilon, seed, within_radius)
            spent = state.gradients - before
            yield Perturbed(epsilon, sixteen_bit(clean, state.best), spent)

    @abstractmethod
    def improve(self, state: "SearchState", epsilon: float, seed: int, progress: Progress) -> None:
        """Attack the captchas that are not yet broken, within one radius.

        Args:
            state: what has been reached, and is improved.
            epsilon: the radius, above 0.
            seed: image i draws from (seed, i) alone.
            progress: told how far it is.
        """
