"""Turning and moving the image: what people do not even notice."""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.attacks.attack import Answers, Attack, Goal, Knowledge, Perturbed, sixteen_bit
from harness.metrics import right_characters, text_lengths
from harness.options import Norm
from harness.progress import Progress


class Spatial(Attack):
    """The worst of a grid of turns and moves; what comes in from outside repeats the edge.

    Epsilon is the share of the largest turn and of the largest move.

    Source: Engstrom, Tran, Tsipras, Schmidt, Madry 2019, grid search.
    """

    knowledge: ClassVar[Knowledge] = "black_box"
    answers: ClassVar[Answers] = "classes"
    norms: ClassVar[tuple[Norm, ...]] = ("spatial",)

    norm: Norm = "spatial"
    turn: Annotated[float, Field(ge=0, le=180)] = Field(30.0, description="degrees, at most")
    move: Annotated[float, Field(ge=0, le=1)] = Field(
        0.1, description="of the width and of the height, at most"
    )
    turns: Annotated[int, Field(ge=1, le=1001)] = Field(7, description="on the grid, an odd number")
    moves: Annotated[int, Field(ge=1, le=101)] = Field(5, description="along each side, likewise")
    goal: Goal = Field("all", description="all: every character wrong; any: one is enough")

    def perturb(
        self,
        reader: Any,
        clean: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        epsilons: Sequence[float],
        seed: int,  # noqa: ARG002 - nothing random here
        progress: Progress,
    ) -> Iterator[Perturbed]:
        """See Attack.perturb. Each radius has its own grid; what was broken before stays so."""
        base = clean.astype(np.float32) / np.float32(255)
        best = base.copy()
        right = text_lengths(labels, reader.blank)
        done_at = 0 * right if self.goal == "all" else right - 1
        shifts = _grid(self.moves)
        grid = list(itertools.product(_grid(self.turns), shifts, shifts))
        for number, epsilon in enumerate(epsilons):
            for place, (turn, across, down) in enumerate(grid if epsilon > 0 else []):
                rows = np.flatnonzero(right > done_at)
                if not len(rows):
                    break
                angle = math.radians(epsilon * self.turn * turn)
                height, width = clean.shape[1:3]
                moved = turned(
                    base[rows],
                    angle,
                    epsilon * self.move * across * width,
                    epsilon * self.move * down * height,
                )
                left = right_characters(reader.read(moved), labels[rows], reader.blank)
                fewer = left < right[rows]
                best[rows[fewer]], right[rows[fewer]] = moved[fewer], left[fewer]
                progress(number * len(grid) + place + 1, len(epsilons) * len(grid))
            yield Perturbed(epsilon, sixteen_bit(clean, best), 0)


def _grid(places: int) -> list[float]:
    """So many numbers from -1 to 1, the middle first: small changes are tried before large ones."""
    if places == 1:
        return [0.0]
    return sorted((2 * n / (places - 1) - 1 for n in range(places)), key=abs)


def turned(
    images: npt.NDArray[np.float32], angle: float, across: float, down: float
) -> npt.NDArray[np.float32]:
    """Images turned about their center by `angle` (radians), and moved by pixels; bilinear."""
    from harness.backend import tf

    height, width = images.shape[1:3]
    cos, sin = math.cos(angle), math.sin(angle)
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    # Output pixel (x, y) is looked up at (cos x - sin y + c, sin x + cos y + f).
    c = middle_x - cos * middle_x + sin * middle_y - across
    f = middle_y - sin * middle_x - cos * middle_y - down
    found = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=[[cos, -sin, c, sin, cos, f, 0.0, 0.0]],
        output_shape=[height, width],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )
    pixels: npt.NDArray[np.float32] = np.clip(found.numpy(), 0, 1)
    return pixels
