"""Rotation and translation of the image: changes that people do not even notice."""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from harness.array_types import Floats, Labels, Pixels
from harness.attacks.attack import Answers, Attack, Goal, Knowledge, Perturbed, sixteen_bit, unit
from harness.metrics import right_characters, text_lengths
from harness.options import Norm
from harness.progress import Progress
from harness.readers import TextReader


class Spatial(Attack):
    """The worst of a grid of rotations and translations; empty borders repeat the edge.

    Epsilon scales the largest rotation and the largest translation: 1 allows both in full.

    Source: Engstrom, Tran, Tsipras, Schmidt, Madry 2019, grid search.
    """

    knowledge: ClassVar[Knowledge] = "black_box"
    answers: ClassVar[Answers] = "classes"
    norms: ClassVar[tuple[Norm, ...]] = ("spatial",)

    norm: Norm = Field("spatial", description="spatial: epsilon scales `turn` and `move`")
    turn: Annotated[float, Field(ge=0, le=180)] = Field(
        30.0, description="largest rotation at epsilon 1, in degrees"
    )
    move: Annotated[float, Field(ge=0, le=1)] = Field(
        0.1, description="largest translation at epsilon 1, as a share of width and height"
    )
    turns: Annotated[int, Field(ge=1, le=1001)] = Field(
        7, description="angles on the grid; of an odd number, 0 is one"
    )
    moves: Annotated[int, Field(ge=1, le=101)] = Field(
        5,
        description="translations on the grid along each side; of an odd number, 0 is one",
    )
    goal: Goal = Field(
        "all",
        description="all: a captcha is broken when every character is wrong; any: when one is",
    )

    def perturb(
        self,
        reader: TextReader,
        clean: Pixels,
        labels: Labels,
        epsilons: Sequence[float],
        seed: int,
        progress: Progress,
    ) -> Iterator[Perturbed]:
        """See Attack.perturb. Each radius has its own grid; what was broken before stays so."""
        base = unit(clean)
        best = base.copy()
        right = text_lengths(labels, reader.blank)
        broken_at = 0 * right if self.goal == "all" else right - 1
        moves = _grid(self.moves)
        grid = list(itertools.product(_grid(self.turns), moves, moves))
        for number, epsilon in enumerate(epsilons):
            for point, (turn, across, down) in enumerate(grid if epsilon > 0 else []):
                rows = np.flatnonzero(right > broken_at)
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
                still = right_characters(reader.read(moved), labels[rows], reader.blank)
                fewer = still < right[rows]
                best[rows[fewer]], right[rows[fewer]] = moved[fewer], still[fewer]
                progress(number * len(grid) + point + 1, len(epsilons) * len(grid))
            yield Perturbed(epsilon, sixteen_bit(clean, best), 0)


def _grid(count: int) -> list[float]:
    """Spread numbers from -1 to 1, the middle first: small changes are tried before large ones."""
    if count == 1:
        return [0.0]
    return sorted((2 * n / (count - 1) - 1 for n in range(count)), key=abs)


def turned(images: Floats, angle: float, across: float, down: float) -> Floats:
    """Turn images about their center by `angle` (radians), and move them by pixels; bilinear."""
    from harness.backend import tf

    height, width = images.shape[1:3]
    cos, sin = math.cos(angle), math.sin(angle)
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    # Output pixel (x, y) is looked up at (cos x - sin y + c, sin x + cos y + f).
    c = middle_x - cos * middle_x + sin * middle_y - across
    f = middle_y - sin * middle_x - cos * middle_y - down
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=[[cos, -sin, c, sin, cos, f, 0.0, 0.0]],
        output_shape=[height, width],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )
    pixels: Floats = np.clip(moved.numpy(), 0, 1)
    return pixels
