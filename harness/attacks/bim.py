"""The basic iterative method: many small FGSM steps from the clean image."""

from pydantic import Field

from harness.attacks.pgd import Pgd


class Bim(Pgd):
    """FGSM taken in many steps, each projected back into the ball; no random start.

    Source: Kurakin, Goodfellow, Bengio 2017, section 2.2.
    """

    random_start: bool = Field(False, description="start at a random point of the ball, as pgd")
