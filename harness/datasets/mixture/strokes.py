"""Strokes of composed captchas: lines, curves, arcs, dots and grids."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]


def strokes(size: tuple[int, int], rng: np.random.Generator, clutter: float) -> Floats:
    """Draw lines, curves, arcs, dots and grids, [height, width] in [0, 1]."""
    import cv2

    height, width = size
    layer = np.zeros(size, np.uint8)

    def point(margin: float = 0.1) -> tuple[int, int]:
        return (
            int(width * rng.uniform(-margin, 1 + margin)),
            int(height * rng.uniform(-margin, 1 + margin)),
        )

    def thick(largest: float) -> int:
        return max(1, round(height * rng.uniform(0.015, largest)))

    kinds = rng.random(5) < 0.45
    if kinds[0]:
        for _ in range(int(rng.integers(1, int(2 + 8 * clutter)))):
            cv2.line(layer, point(), point(), 255, thick(0.06), cv2.LINE_AA)
    if kinds[1]:  # curves from side to side
        for _ in range(int(rng.integers(1, 3))):
            knots = rng.uniform(0.1, 0.9, int(rng.integers(3, 6))) * height
            places = np.linspace(0, width, len(knots))
            steps = np.linspace(0, width, 48)
            curve = np.polynomial.Polynomial.fit(places, knots, len(knots) - 1)(steps)
            path = np.stack([steps, curve], axis=1).astype(np.int32)
            cv2.polylines(layer, [path], False, 255, thick(0.08), cv2.LINE_AA)
    if kinds[2]:
        for _ in range(int(rng.integers(1, int(2 + 4 * clutter)))):
            axes = int(width * rng.uniform(0.05, 0.6)), int(height * rng.uniform(0.1, 0.9))
            first, span = rng.uniform(0, 360), rng.uniform(60, 360)
            turn = rng.uniform(0, 180)
            cv2.ellipse(
                layer, point(), axes, turn, first, first + span, 255, thick(0.05), cv2.LINE_AA
            )
    if kinds[3]:
        for _ in range(int(rng.integers(5, int(10 + 250 * clutter)))):
            cv2.circle(layer, point(0), int(rng.integers(0, 3)), 255, -1)
    if kinds[4] and clutter > 0.3:
        step = int(rng.integers(height // 8, height // 2))
        for at in range(int(rng.integers(step)), max(size), step):
            cv2.line(layer, (at, 0), (at, height), 255, 1)
            cv2.line(layer, (0, at), (width, at), 255, 1)
    return np.asarray(layer.astype(np.float32) / 255, np.float32)
