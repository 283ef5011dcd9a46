"""Freely composed captchas: letters, grounds, lines, warps and noise, each drawn at random.

What captchas of the world have in common, so that a breaker that has read enough of them reads
kinds that it has never seen. Sizes are in parts of the image's height.
"""

import functools
import random
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from harness.datasets.mixture.package_styles import FONTS
from harness.datasets.typography.fonts import font_path

Floats: TypeAlias = npt.NDArray[np.float32]
Bytes: TypeAlias = npt.NDArray[np.uint8]
POINTS = 64  # of a letter before it is warped
PAD = 24  # room around it


def composed(text: str, size: tuple[int, int], numbers: random.Random) -> Bytes:
    """Draw a text in a random way.

    Args:
        text: ASCII letters and digits.
        size: height and width in pixels.
        numbers: the captcha's own random numbers.

    Returns:
        uint8 [height, width], luminance.
    """
    rng = np.random.default_rng(numbers.getrandbits(63))
    paper, ink = _tones(rng)
    opacity = _letters(text, size, rng)
    if rng.random() < 0.1:
        opacity = _outlined(opacity, rng)
    clutter = rng.beta(1, 2)  # most captchas have little of it
    behind = _strokes(size, rng, clutter) if rng.random() < 0.7 else None
    if behind is not None and rng.random() < 0.7:  # in the letters' own ink
        opacity = np.maximum(opacity, behind)
        behind = None
    if rng.random() < 0.15:  # lines in the paper's tone cut the letters
        opacity = opacity * (1 - _strokes(size, rng, clutter / 2))
    if rng.random() < 0.5:
        opacity = _warped(opacity, rng)
    image = _ground(size, paper, rng)
    if behind is not None:
        image += behind * (_between(paper, ink, rng) - image)
    if rng.random() < 0.15:  # a shadow
        away = tuple(int(step) for step in rng.integers(1, 5, 2))
        image += np.roll(opacity, away, (0, 1)) * (_between(paper, ink, rng) - image)
    image += opacity * (_ink(size, ink, rng) - image)
    return _noisy(image, rng)


def _tones(rng: np.random.Generator) -> tuple[float, float]:
    """Draw the luminance of paper and ink, which differ by a quarter or more."""
    while True:
        paper, ink = (rng.random() for _ in range(2))
        if rng.random() < 0.5:  # the usual: dark on bright
            paper, ink = 1 - 0.2 * paper, 0.5 * ink
        if abs(paper - ink) > 0.25:
            return paper, ink


def _between(paper: float, ink: float, rng: np.random.Generator) -> float:
    return paper + (ink - paper) * rng.uniform(0.1, 1.0)


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
def _face(font: str) -> "object":
    from PIL import ImageFont

    return ImageFont.truetype(str(font_path(font)), POINTS)


def _letters(text: str, size: tuple[int, int], rng: np.random.Generator) -> Floats:
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
            warp = cv2.getPerspectiveTransform(
                corners.astype(np.float32), bent.astype(np.float32)
            )
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


def _outlined(opacity: Floats, rng: np.random.Generator) -> Floats:
    """Leave the edges of letters, as hollow ones have."""
    import cv2

    kernel = np.ones((int(rng.integers(3, 6)),) * 2, np.uint8)
    return np.asarray(cv2.morphologyEx(opacity, cv2.MORPH_GRADIENT, kernel), np.float32)


def _warped(opacity: Floats, rng: np.random.Generator) -> Floats:
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


def _strokes(size: tuple[int, int], rng: np.random.Generator, clutter: float) -> Floats:
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
        for _ in range(int(rng.integers(1, 2 + 8 * clutter))):
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
        for _ in range(int(rng.integers(1, 2 + 4 * clutter))):
            axes = int(width * rng.uniform(0.05, 0.6)), int(height * rng.uniform(0.1, 0.9))
            first, span = rng.uniform(0, 360), rng.uniform(60, 360)
            turn = rng.uniform(0, 180)
            cv2.ellipse(
                layer, point(), axes, turn, first, first + span, 255, thick(0.05), cv2.LINE_AA
            )
    if kinds[3]:
        for _ in range(int(rng.integers(5, 10 + 250 * clutter))):
            cv2.circle(layer, point(0), int(rng.integers(0, 3)), 255, -1)
    if kinds[4] and clutter > 0.3:
        step = int(rng.integers(height // 8, height // 2))
        for at in range(int(rng.integers(step)), max(size), step):
            cv2.line(layer, (at, 0), (at, height), 255, 1)
            cv2.line(layer, (0, at), (width, at), 255, 1)
    return layer.astype(np.float32) / 255


def _ground(size: tuple[int, int], paper: float, rng: np.random.Generator) -> Floats:
    """Draw the paper: of one tone, or uneven."""
    import cv2

    image = np.full(size, paper, np.float32)
    if rng.random() < 0.4:
        coarse = int(rng.integers(2, 24))
        uneven = rng.uniform(-1, 1, (coarse, 2 * coarse)).astype(np.float32)
        image += rng.uniform(0, 0.12) * cv2.resize(uneven, size[::-1])
    return image


def _ink(size: tuple[int, int], ink: float, rng: np.random.Generator) -> Floats:
    """Draw the ink: of one tone, or from tone to tone across the text."""
    if rng.random() < 0.6:
        return np.full(size, ink, np.float32)
    tones = ink + rng.uniform(-0.12, 0.12, int(rng.integers(2, 9)))
    across = np.interp(np.linspace(0, 1, size[1]), np.linspace(0, 1, len(tones)), tones)
    return np.broadcast_to(across.astype(np.float32), size)


def _noisy(image: Floats, rng: np.random.Generator) -> Bytes:
    """Add what cameras, compression and generators do to all pixels."""
    import cv2

    height, width = image.shape
    if rng.random() < 0.4:
        image = image + rng.normal(0, rng.uniform(0, 0.12), image.shape).astype(np.float32)
    if rng.random() < 0.2:  # salt and pepper, of the captcha's own pixels
        few = rng.random((height // 2, width // 2)) < rng.uniform(0, 0.12)
        speckled = np.repeat(np.repeat(few, 2, 0), 2, 1)
        image = np.where(speckled, np.float32(rng.random()), image)
    if rng.random() < 0.4:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 1.8))
    if rng.random() < 0.4:  # a smaller captcha, brought to this size
        small = rng.uniform(0.4, 1.0)
        few_pixels = (max(48, round(width * small)), max(16, round(height * small)))
        image = cv2.resize(image, few_pixels, interpolation=cv2.INTER_AREA)
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)
    pixels = np.rint(255 * np.clip(image, 0, 1)).astype(np.uint8)
    if rng.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 90))]
        _done, packed = cv2.imencode(".jpg", pixels, quality)
        pixels = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return pixels
