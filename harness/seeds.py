"""Child seeds: derived from names and indices only, never from the order of work or the worker."""

import hashlib
import json
import random

import numpy as np
import numpy.typing as npt


def child_seed(*parts: int | str) -> int:
    """Derive a 63-bit seed from a path of names and indices.

    Args:
        parts: the parent seed first, then what tells this child from its siblings.

    Returns:
        An integer in [0, 2**63). The same parts give the same seed on every machine.
    """
    text = json.dumps(parts, separators=(",", ":")).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") >> 1


def stream(seed: int, index: int) -> random.Random:
    """Begin the random numbers of item `index`, which draw that captcha and nothing else."""
    return random.Random(child_seed(seed, index))


def noise(
    seed: int, indices: npt.NDArray[np.int64], shape: tuple[int, ...], normal: bool = False
) -> npt.NDArray[np.float32]:
    """Draw one block of noise per image, from the image's own index.

    Args:
        seed: the parent seed.
        indices: int64 [N], the position of each image in its data set.
        shape: the shape of one image.
        normal: standard normal instead of uniform in [-1, 1).

    Returns:
        float32 [N, *shape]; row i depends on (seed, indices[i]) alone, so that an image's
        result does not depend on its batch mates.
    """
    block = np.empty((len(indices), *shape), np.float32)
    for row, index in enumerate(indices):
        generator = np.random.Generator(np.random.Philox(key=[seed, int(index)]))
        if normal:
            block[row] = generator.standard_normal(shape, np.float32)
        else:
            block[row] = generator.random(shape, np.float32) * 2 - 1
    return block
