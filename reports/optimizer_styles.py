"""The look of trainings that differ in optimizer and loss: a color and a dash for each."""

from collections.abc import Sequence

from harness.results.document import BreakerResult
from reports.palette import COLORS, DASHES, SHAPES, Style


def compares_recipes(breakers: Sequence[BreakerResult]) -> bool:
    """Tell whether trainings of one architecture differ in their optimizer, their loss, or both.

    Every one must have another pair of them: otherwise they differ in something else as well.
    """
    recipes = {(breaker.optimizer, breaker.loss) for breaker in breakers}
    return (
        len(breakers) > 1
        and len(recipes) == len(breakers)
        and len({breaker.architecture for breaker in breakers}) == 1
        and all(breaker.optimizer for breaker in breakers)
    )


def recipe_styles(breakers: Sequence[BreakerResult]) -> list[Style]:
    """Give a color to each optimizer, and a dash and a shape to each loss."""
    optimizers = list(dict.fromkeys(breaker.optimizer for breaker in breakers))
    losses = list(dict.fromkeys(breaker.loss for breaker in breakers))
    return [
        Style(
            breaker.breaker,
            COLORS[optimizers.index(breaker.optimizer) % len(COLORS)],
            DASHES[losses.index(breaker.loss) % len(DASHES)],
            SHAPES[losses.index(breaker.loss) % len(SHAPES)],
        )
        for breaker in breakers
    ]
