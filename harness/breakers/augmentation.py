"""Images changed at random while a breaker trains, so that it never sees the same one twice."""

import math

from harness.array_types import Tensor
from harness.backend import tf

# Limits at `distortion = 1`, within which the characters stay in the image and in their order.
TURN = math.radians(12)
SHEAR = 0.2
SCALE = 0.15  # of the width, and apart from it of the height
MOVE = 0.06  # of the width, and of the height
CONTRAST = 0.3


def shifted(images: Tensor, reach: int, seed: Tensor) -> Tensor:
    """Shift a batch of images at random, all by the same distance, which costs next to nothing.

    Args:
        images: float32 [batch, height, width, channels].
        reach: pixels, the largest shift in each direction.
        seed: int32 [2].

    Returns:
        float32, same shape; edges are mirrored.
    """
    border = [[0, 0], [reach, reach], [reach, reach], [0, 0]]
    wide = tf.pad(images, border, "SYMMETRIC")
    at = tf.random.stateless_uniform([2], seed, 0, 2 * reach + 1, tf.int32)
    height, width = images.shape[1:3]
    return wide[:, at[0] : at[0] + height, at[1] : at[1] + width]


def distorted(images: Tensor, strength: Tensor | float, seed: Tensor) -> Tensor:
    """Rotate, shear, scale, shift and change the contrast of images, each at random by itself.

    Args:
        images: float32 [batch, height, width, channels] in [0, 1].
        strength: 1: up to the limits TURN, SHEAR, SCALE, MOVE, CONTRAST; 0: not at all.
        seed: int32 [2]; the same seed, the same changes.

    Returns:
        float32, same shape, in [0, 1]; what comes in from outside repeats the edge.
    """
    batch, (height, width) = tf.shape(images)[0], images.shape[1:3]
    draw = strength * tf.random.stateless_uniform([8, batch], seed, -1.0, 1.0)
    turn, shear = TURN * draw[0], SHEAR * draw[1]
    wide, high = tf.exp(SCALE * draw[2]), tf.exp(SCALE * draw[3])
    cos, sin = tf.cos(turn), tf.sin(turn)
    # Output pixel (x, y) is looked up at (a x + b y + c, d x + e y + f), about the center.
    a, b = wide * cos, wide * (shear * cos - sin)
    d, e = high * sin, high * (shear * sin + cos)
    across, down = (width - 1) / 2, (height - 1) / 2
    c = across - a * across - b * down + MOVE * width * draw[4]
    f = down - d * across - e * down + MOVE * height * draw[5]
    none = tf.zeros_like(a)
    looked_up = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, c, d, e, f, none, none], axis=1),
        output_shape=[height, width],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )
    slope = (1 + CONTRAST * draw[6])[:, None, None, None]
    level = (0.5 + 0.5 * CONTRAST * draw[7])[:, None, None, None]
    return tf.clip_by_value((looked_up - 0.5) * slope + level, 0.0, 1.0)
