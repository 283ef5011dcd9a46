"""What every attack promises: one image in the ball for each clean one, at every radius."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from harness.options import Norm, Options
from harness.progress import Progress

Knowledge = Literal["white_box", "transfer", "black_box"]
AttackLoss = Literal["cross_entropy", "dlr", "squared_error"]
Goal = Literal["all", "any"]
Answers = Literal["gradients", "scores", "classes"]
BLOCK = 32
ROUNDING = 0.01  # of a 16-bit step: what float32 takes off a whole number of steps, at most
FULL = 65535  # perturbed images are 16-bit: what is stored is what is judged


@dataclass(frozen=True)
class Perturbed:
    """The images of one radius.

    Attributes:
        epsilon: the radius, pixels in [0, 1].
        images: uint16 [n, height, width, channels], 65535 = 1.0. Float32 only from a published
            variant that leaves [0, 1].
        gradients: image-gradients spent on this radius.
    """

    epsilon: float
    images: npt.NDArray[np.uint16] | npt.NDArray[np.float32]
    gradients: int


class Attack(Options):
    """Base of all attacks."""

    knowledge: ClassVar[Knowledge] = "white_box"
    answers: ClassVar[Answers] = "gradients"  # what it asks of the breaker, at most
    norms: ClassVar[tuple[Norm, ...]] = ("linf", "l2")
    iterative: ClassVar[bool] = False

    norm: Norm = Field("linf", description="the ball")

    @field_validator("norm")
    @classmethod
    def _defined(cls, norm: Norm) -> Norm:
        if norm not in cls.norms:
            raise ValueError(f"{norm!r} is not defined for this attack; choose {cls.norms[0]!r}")
        return norm

    def marks(self) -> tuple[str, ...]:
        """List the warnings (harness.results.checks) that every row of this attack carries."""
        return ()

    def longer(self) -> Self | None:
        """Give the same attack with twice the steps; None where that is no question."""
        return None

    def aims(
        self,
        reader: Any,  # noqa: ARG002 - those that have targets ask it
        clean: npt.NDArray[np.uint8],  # noqa: ARG002
        labels: npt.NDArray[np.uint8],  # noqa: ARG002
        seed: int,  # noqa: ARG002
    ) -> npt.NDArray[np.uint8] | None:
        """Give the classes that the breaker is to read, uint8 [n, length]; None: any wrong ones."""
        return None

    def wanted(
        self, reader: Any, clean: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8], seed: int
    ) -> tuple[npt.NDArray[np.uint8], bool]:
        """The classes to go towards, and True; or the right ones to get away from, and False."""
        aims = self.aims(reader, clean, labels, seed)
        return (labels, False) if aims is None else (aims, True)

    def perturb(
        self,
        reader: Any,
        clean: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        epsilons: Sequence[float],
        seed: int,
        progress: Progress,
    ) -> Iterator[Perturbed]:
        """Attack a breaker at all radii.

        Args:
            reader: the breaker under attack, a harness.breakers.reader.Reader.
            clean: uint8 [n, height, width, channels].
            labels: the right classes, uint8 [n, length].
            epsilons: radii in ascending order.
            seed: of the random starts; image i draws from (seed, i) alone.
            progress: told how far it is, in radii and parts of them.

        Yields:
            One Perturbed per radius, in order: inside [0, 1], inside the ball; radius 0 gives the
            clean images back.
        """
        raise NotImplementedError


def sixteen_bit(
    clean: npt.NDArray[np.uint8], images: npt.NDArray[np.float32]
) -> npt.NDArray[np.uint16]:
    """Round perturbed float images to 16 bits, towards the clean ones, so never out of the ball.

    An 8-bit clean pixel v / 255 is v * 257 / 65535 exactly.
    """
    rounded = np.empty(clean.shape, np.uint16)
    for at in range(0, len(clean), BLOCK):  # in double precision, in blocks that fit the caches
        rows = slice(at, at + BLOCK)
        base = clean[rows].astype(np.float64) * (FULL // 255)
        change = images[rows].astype(np.float64) * FULL - base
        change = np.trunc(change + np.copysign(ROUNDING, change))
        rounded[rows] = np.clip(base + change, 0, FULL)
    return rounded
