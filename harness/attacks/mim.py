"""The momentum iterative method: steps along a gradient that remembers those before."""

from typing import Annotated

from pydantic import Field

from harness.attacks.pgd import Pgd


class Mim(Pgd):
    """The basic iterative method with momentum, which carries over to other breakers better.

    Source: Dong, Liao, Pang, Su, Zhu, Hu, Li 2018, algorithm 1.
    """

    random_start: bool = Field(False, description="start at a random point of the ball, as pgd")
    momentum: Annotated[float, Field(ge=0, lt=10)] = Field(
        1.0, description="share of the gradients before that each step adds; 0: none"
    )
