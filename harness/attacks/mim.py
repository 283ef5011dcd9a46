"""The momentum iterative method: steps along a gradient that remembers."""

from typing import Annotated

from pydantic import Field

from harness.attacks.pgd import Pgd


class Mim(Pgd):
    """The basic iterative method with momentum, which carries over to other breakers better.

    Source: Dong, Liao, Pang, Su, Zhu, Hu, Li 2018, algorithm 1.
    """

    random_start: bool = False
    momentum: Annotated[float, Field(ge=0, lt=10)] = 1.0
