"""Letters of composed captchas: fonts, places, angles, sizes and bends, each drawn at random."""

import functools
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from harness.datasets.mixture.package_styles import FONTS
from harness.datasets.typography.fonts import font_path

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

Floats: TypeAlias = npt.NDArray[np.float32]
Bytes: TypeAlias = npt.NDArray[np.uint8]
POINTS = 64  # of a letter before it is warped
PAD = 24  # room around it, in pixels


def letters(text: str, size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Draw the letters from left to right, [height, width] in [0, 1]."""
    import cv2

    height, width = size
    fonts = rng.choice(FONTS, 1 if rng.random() < 0.7 else 3)
    turn, shear = rng.choice([0.0, rng.uniform(0, 40)]), rng.uniform(0, 0.35)
    rise = rng.choice([0.0, rng.uniform(0, 0.2)])
    jitter, gap = rng.uniform(0, 0.25), rng.uniform(-0.28, 0.35)
    bend = rng.choice([0.0, rng.uniform(0, 0.2)])
    letters = [_letter(str(rng.choice(fonts)), character) for character in text]
    wide = np.array([letter.shape[1] - 2 * PAD for letter in letters], float)
    steps = wide + gap * wide.mean()
    natural = steps[:-1].sum() + wide[-1]
    # As tall as the image allows, as wide as the text wants to be; the shape varies on top.
    scale = height * rng.uniform(0.55, 1.05) / POINTS
    stretch = rng.uniform(0.75, 1.25)
    across = width * rng.uniform(0.7, 0.97)
    narrow = min(scale * stretch, across / natural) if rng.random() < 0.7 else across / natural
    scale = min(scale, 2.2 * narrow)
    start = rng.uniform(0.02, 0.98) * (width - narrow * natural)
    middles = start + narrow * (np.concatenate([[0], np.cumsum(steps[:-1])]) + wide / 2)
    opacity = np.zeros(size, np.float32)
    for letter, middle in zip(letters, middles, strict=True):
        angle = np.deg2rad(rng.uniform(-turn, turn))
        slant, grow = rng.uniform(-shear, shear), np.exp(rng.uniform(-jitter, jitter))
        cos, sin = np.cos(angle), np.sin(angle)
        matrix = np.array([[cos, -sin], [sin, cos]]) @ np.array([[1, slant], [0, 1]])
        matrix = matrix * grow * np.array([[narrow], [scale]])
        center = np.array([letter.shape[1] / 2, PAD + 0.45 * POINTS])
        down = height * (0.5 + rng.uniform(-rise, rise))
        moved = np.array([middle, down]) - matrix @ center
        if bend:
            corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * letter.shape[::-1]
            bent = corners @ matrix.T + moved
            bent = bent + rng.uniform(-bend, bend, (4, 2)) * POINTS * scale
            warp = cv2.getPerspectiveTransform(corners.astype(np.float32), bent.astype(np.float32))
            drawn = cv2.warpPerspective(letter, warp, (width, height), flags=cv2.INTER_LINEAR)
        else:
            affine = np.concatenate([matrix, moved[:, None]], axis=1)
            drawn = cv2.warpAffine(letter, affine, (width, height), flags=cv2.INTER_LINEAR)
        np.maximum(opacity, drawn.astype(np.float32) / 255, out=opacity)
    return _thickened(opacity, rng)


def _thickened(opacity: Floats, rng: np.random.Generator) -> Floats:
    """Make strokes bolder or thinner, or leave them."""
    import cv2

    kind = rng.random()
    if kind < 0.15:
        return np.asarray(cv2.dilate(opacity, np.ones((2, 2), np.uint8)), np.float32)
    if kind < 0.25:
        return np.asarray(cv2.erode(opacity, np.ones((2, 2), np.uint8)), np.float32)
    return opacity


def outlined(opacity: Floats, rng: np.random.Generator) -> Floats:
    """Leave the edges of letters, as hollow ones have."""
    import cv2

    kernel = np.ones((int(rng.integers(3, 6)),) * 2, np.uint8)
    return np.asarray(cv2.morphologyEx(opacity, cv2.MORPH_GRADIENT, kernel), np.float32)


def warped(opacity: Floats, rng: np.random.Generator) -> Floats:
    """Warp letters by waves, or by a smooth random field."""
    import cv2

    height, width = opacity.shape
    down, across = np.mgrid[:height, :width].astype(np.float32)
    if rng.random() < 0.5:
        for _ in range(int(rng.integers(1, 3))):
            length, phase = rng.uniform(0.6, 4) * height, rng.uniform(0, 2 * np.pi)
            reach = rng.uniform(0, 0.03) * length
            wave = (reach * np.sin(2 * np.pi * across / length + phase)).astype(np.float32)
            other = (reach * np.sin(2 * np.pi * down / length + phase)).astype(np.float32)
            down = down + wave
            across = across + other if rng.random() < 0.5 else across
    else:
        coarse = max(2, int(rng.integers(2, 8)))
        field = rng.normal(0, 0.25 * height / coarse / 2, (2, coarse, 2 * coarse))
        fine = [
            cv2.resize(part.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
            for part in field
        ]
        down, across = down + fine[0], across + fine[1]
    return np.asarray(cv2.remap(opacity, across, down, cv2.INTER_LINEAR), np.float32)


@functools.lru_cache(maxsize=8192)
def _letter(font: str, character: str) -> Bytes:
    """Draw a letter's opacity, uint8, cropped in width; its height is that of the font's lines."""
    from PIL import Image, ImageDraw

    face = _face(font)
    left, _top, right, _bottom = face.getbbox(character)
    wide = max(4, int(right - left))
    image = Image.new("L", (wide + 2 * PAD, POINTS + 2 * PAD))
    ImageDraw.Draw(image).text((PAD - left, PAD + 0.8 * POINTS), character, 255, face, anchor="ls")
    return np.asarray(image)


@functools.cache
def _face(font: str) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(str(font_path(font)), POINTS)
