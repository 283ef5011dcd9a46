"""TensorFlow and Keras, set up once: quiet, deterministic, on the processor.

Imported only by what a running step needs, never by what a sweep file or a command line needs.
"""

import contextlib
import functools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

# 2: errors only. TensorFlow reads it while it is imported; what the user set stays.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Keep file descriptor 2 quiet: TensorFlow greets there before it can be told not to."""
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


with _hushed():
    import keras
    import tensorflow as tf

# Same seed, same bytes: a sweep run twice, or by another worker, gives the same CSV files.
# Measured without cost on the three published breakers.
tf.config.experimental.enable_op_determinism()
tf.get_logger().setLevel("ERROR")  # it counts one function per reader as retracing

PIXELS_AT_ONCE = 600_000
Tensor: TypeAlias = Any  # TensorFlow carries no types

__all__ = [
    "Tensor", "arithmetic", "as_float", "batch_of", "batches", "fast_bfloat16", "forget_models",
    "keras", "precision_here", "tf",
]  # fmt: skip


def batch_of(shape: tuple[int, ...]) -> int:
    """Captchas for one call of the network, by the size of one image [height, width, channels].

    A power of two from 16 to 256, so that a batch has about as many pixels as 256 MNIST digits
    times three: large images in large batches leave the caches, and gigabytes behind.
    """
    fitting = max(1, PIXELS_AT_ONCE // (shape[0] * shape[1]))
    return max(16, min(256, 1 << (fitting.bit_length() - 1)))


def as_float(images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Pixels as float32 in [0, 1], from uint8, uint16 or float32."""
    if images.dtype == np.float32:
        return images
    return images.astype(np.float32) / np.float32(np.iinfo(images.dtype).max)


def batches(
    images: npt.NDArray[Any], views: int = 1
) -> Iterator[tuple[slice, npt.NDArray[np.float32]]]:
    """Give the rows of each batch of images [n, height, width, channels], and these as float32.

    A batch is smaller where the network reads several views of each image in the same call.
    """
    size = max(1, batch_of(images.shape[1:]) // views)
    for at in range(0, len(images), size):
        rows = slice(at, min(at + size, len(images)))
        yield rows, as_float(images[rows])


@functools.cache
def fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; a network then trains 1.6 times faster."""
    facts = Path("/proc/cpuinfo")
    flags = facts.read_text().split() if facts.is_file() else []
    return "avx512_bf16" in flags or "amx_bf16" in flags


def precision_here(asked: str) -> str:
    """float32 or bfloat16: as asked for, or, of "auto", what this machine is fast at."""
    if asked == "auto":
        return "bfloat16" if fast_bfloat16() else "float32"
    return asked


@contextlib.contextmanager
def arithmetic(precision: str) -> Iterator[None]:
    """Keras layers that are made meanwhile compute in a precision; weights are float32 anyway."""
    keras.config.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy("float32")


def forget_models() -> None:
    """Release what Keras keeps of models that are gone: a worker lives for many steps."""
    keras.backend.clear_session()
