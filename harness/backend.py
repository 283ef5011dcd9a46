"""TensorFlow and Keras, set up once: quiet, deterministic, on the processor.

Imported only by what a running step needs, never by what a sweep file or a command line needs.
"""

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np

from harness.array_types import Floats, Pixels, TensorSpec

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
P = ParamSpec("P")
R = TypeVar("R")

__all__ = [
    "arithmetic", "as_float", "batch_of", "batches", "compiled", "fast_bfloat16", "forget_models",
    "keras", "precision_here", "tf",
]  # fmt: skip


def compiled(*signature: TensorSpec) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a function of tensors: it becomes one graph, traced on its first call.

    Args:
        signature: for each argument a tf.TensorSpec, or a NamedTuple of them for a NamedTuple of
            tensors; inputs of all sizes that it allows share one trace. Without a signature, each
            new shape is traced, and what then differs between shapes is left open.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        graph: Callable[P, R] = tf.function(
            function, input_signature=list(signature) or None, reduce_retracing=not signature
        )
        return graph

    return decorate


def batch_of(shape: tuple[int, ...]) -> int:
    """Choose how many captchas one call of the network takes, by the size of one image.

    A power of two from 16 to 256, so that a batch has about as many pixels as 256 MNIST digits
    times three: large images in large batches leave the caches, and gigabytes behind.
    """
    fitting = max(1, PIXELS_AT_ONCE // (shape[0] * shape[1]))
    return max(16, min(256, 1 << (fitting.bit_length() - 1)))


def as_float(images: Pixels) -> Floats:
    """Give pixels as float32 in [0, 1], from uint8, uint16 or float32."""
    if images.dtype == np.float32:
        return images.astype(np.float32, copy=False)
    full = np.float32(np.iinfo(images.dtype.name).max)
    return np.asarray(images.astype(np.float32) / full, np.float32)


def batches(images: Pixels, views: int = 1) -> Iterator[tuple[slice, Floats]]:
    """Give the rows of each batch of images [n, height, width, channels], and these as float32.

    A batch is smaller where the network reads several views of each image in the same call.
    """
    size = max(1, batch_of(images.shape[1:]) // views)
    for at in range(0, len(images), size):
        rows = slice(at, min(at + size, len(images)))
        yield rows, as_float(images[rows])


@functools.cache
def fast_bfloat16() -> bool:
    """Tell whether the processor multiplies bfloat16 itself; training is then 1.6 times faster."""
    facts = Path("/proc/cpuinfo")
    flags = facts.read_text().split() if facts.is_file() else []
    return "avx512_bf16" in flags or "amx_bf16" in flags


def precision_here(asked: str) -> str:
    """Give float32 or bfloat16: as asked for; for "auto", what this machine is fast at."""
    if asked == "auto":
        return "bfloat16" if fast_bfloat16() else "float32"
    return asked


@contextlib.contextmanager
def arithmetic(precision: str) -> Iterator[None]:
    """Let Keras layers that are made meanwhile compute in a precision; weights stay float32."""
    keras.config.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy("float32")


def forget_models() -> None:
    """Release what Keras keeps of models that are gone: a worker lives for many steps."""
    keras.backend.clear_session()
