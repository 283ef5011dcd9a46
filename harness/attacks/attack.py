"""The base of all attacks: one image in the ball for each clean image, at every radius."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field, field_validator

from harness.array_types import Floats, Labels, Pixels
from harness.options import Norm, Options
from harness.progress import Progress
from harness.readers import GradientReader

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
    images: Pixels
    gradients: int


class Attack(Options, ABC):
    """Base of all attacks: its fields are the options, `perturb` does the work.

    An attack from elsewhere is a subclass with a `perturb`, named in a sweep file by its entry
    point. `harness.attack` and the sweep call it; both keep the promises that `perturb` names, so
    that it need not check them.
    """

    knowledge: ClassVar[Knowledge] = "white_box"
    answers: ClassVar[Answers] = "gradients"  # what it asks of the breaker, at most
    norms: ClassVar[tuple[Norm, ...]] = ("linf", "l2")
    iterative: ClassVar[bool] = False

    norm: Norm = Field("linf", description="norm of the ball that images stay in")

    @field_validator("norm")
    @classmethod
    def _defined(cls, norm: Norm) -> Norm:
        if norm not in cls.norms:
            choices = " or ".join(repr(choice) for choice in cls.norms)
            raise ValueError(f"{norm!r} is not defined for this attack; choose {choices}")
        return norm

    def marks(self) -> tuple[str, ...]:
        """List the warnings (harness.results.checks) that every row of this attack carries."""
        return ()

    def longer(self) -> Self | None:
        """Give the same attack with twice the steps; None for an attack without steps."""
        return None

    def aims(
        self, reader: GradientReader, clean: Pixels, labels: Labels, seed: int
    ) -> Labels | None:
        """Give the classes that the breaker is to read, uint8 [n, length]; None: any wrong ones."""
        return None

    def objective_labels(
        self, reader: GradientReader, clean: Pixels, labels: Labels, seed: int
    ) -> tuple[Labels, bool]:
        """Give the target classes, and True; or the right ones to get away from, and False."""
        aims = self.aims(reader, clean, labels, seed)
        return (labels, False) if aims is None else (aims, True)

    @abstractmethod
    def perturb(
        self,
        reader: GradientReader,
        clean: Pixels,
        labels: Labels,
        epsilons: Sequence[float],
        seed: int,
        progress: Progress,
    ) -> Iterator[Perturbed]:
        """Attack a breaker at all radii.

        The arguments are given by position. The caller has checked them: images and labels have
        the sizes that the reader reads, labels are below its number of classes, and radii are in
        order. What is wrong then gives wrong numbers, not an error.

        Args:
            reader: the breaker under attack. Of it, an attack uses what `answers` names: `read`
                for classes, `logits` for scores, and gradients of `logits`.
            clean: uint8 [n, height, width, channels], 255 = 1.0; or float32 in [0, 1], of which the
                images are float32 as well.
            labels: the right classes, uint8 [n, length].
            epsilons: radii at least 0, ascending, each once; at most 1 in linf.
            seed: of all that is random; image i draws from (seed, i) alone.
            progress: told how far it is, in radii and parts of them.

        Yields:
            One Perturbed per radius, in order: inside [0, 1], inside the ball; radius 0 gives the
            clean images back. An image does not depend on the others of its batch.
        """


def unit(images: Pixels) -> Floats:
    """Scale clean images to float32 in [0, 1], from uint8; float32 stays as it is."""
    if images.dtype == np.float32:
        return np.asarray(images, np.float32)
    full = np.float32(255 if images.dtype == np.uint8 else FULL)
    return np.asarray(images, np.float32) / full


def sixteen_bit(clean: Pixels, images: Floats) -> Pixels:
    """Round the changes of images to whole 65535ths, towards the clean ones: never out of the ball.

    Args:
        clean: uint8 [n, height, width, channels], where v / 255 is v * 257 / 65535 exactly; or
            float32 in [0, 1], which need not be multiples of anything and stay as they are.
        images: perturbed, float32 in [0, 1].

    Returns:
        uint16, 65535 = 1.0, of clean images uint8; float32 of float32. Rounded again, the same.
    """
    exact = clean.dtype == np.float32
    rounded: Pixels = np.empty(clean.shape, np.float32 if exact else np.uint16)
    for at in range(0, len(clean), BLOCK):  # in double precision, in blocks that fit the caches
        rows = slice(at, at + BLOCK)
        base = clean[rows].astype(np.float64) * (FULL if exact else FULL // 255)
        change = images[rows].astype(np.float64) * FULL - base
        change = np.trunc(change + np.copysign(ROUNDING, change))
        levels = np.clip(base + change, 0, FULL)
        if exact:  # black and white are no whole number of steps away, and inside of the ball
            moved = np.where(change == 0, clean[rows], levels / FULL)
            ends = (images[rows] == 0) | (images[rows] == 1)
            rounded[rows] = np.where(ends, images[rows], moved)
        else:
            rounded[rows] = levels
    return rounded
