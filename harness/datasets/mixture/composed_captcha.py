"""Freely composed captchas: letters, grounds, lines, warps and noise, each drawn at random.

What captchas of the world have in common, so that a breaker that has read enough of them reads
kinds that it has never seen. Sizes are in parts of the image's height.
"""

import random
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from harness.datasets.mixture.letters import letters, outlined, warped
from harness.datasets.mixture.strokes import strokes

Floats: TypeAlias = npt.NDArray[np.float32]
Bytes: TypeAlias = npt.NDArray[np.uint8]


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
    opacity = letters(text, size, rng)
    if rng.random() < 0.1:
        opacity = outlined(opacity, rng)
    clutter = rng.beta(1, 2)  # most captchas have little of it
    behind = strokes(size, rng, clutter) if rng.random() < 0.7 else None
    if behind is not None and rng.random() < 0.7:  # in the letters' own ink
        opacity = np.maximum(opacity, behind)
        behind = None
    if rng.random() < 0.15:  # lines in the paper's tone cut the letters
        opacity = opacity * (1 - strokes(size, rng, clutter / 2))
    if rng.random() < 0.5:
        opacity = warped(opacity, rng)
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
