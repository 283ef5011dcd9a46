"""Sheets of what a GAN draws while it trains, and how far the pictures differ."""

import numpy as np

from harness.array_types import Bytes, Floats, Pixels
from harness.images import pictures

SHEET = "epoch-{:04d}.png"
ROWS = 10  # of a sheet


def sheet(drawn: Floats) -> bytes:
    """Make a PNG file of pictures [n, height, width, channels] in [-1, 1], ROWS in each column."""
    levels = as_bytes(drawn[: len(drawn) // ROWS * ROWS])
    count, height, width, channels = levels.shape
    grid = levels.reshape(count // ROWS, ROWS, height, width, channels).swapaxes(1, 2)
    return pictures.png(grid.reshape(count // ROWS * height, ROWS * width, channels))


def as_bytes(drawn: Floats) -> Bytes:
    """Turn pictures in [-1, 1] into uint8."""
    return np.asarray(np.rint((np.clip(drawn, -1, 1) + 1) * 127.5), np.uint8)


def spread(images: Pixels) -> float:
    """Measure how far each picture is from the nearest other one: the mean, per pixel."""
    flat = images.reshape(len(images), -1).astype(np.float64)
    squares = (flat**2).sum(1)
    apart = np.maximum(squares[:, None] + squares - 2 * flat @ flat.T, 0)
    np.fill_diagonal(apart, np.inf)
    return float(np.sqrt(apart.min(1) / flat.shape[1]).mean())
