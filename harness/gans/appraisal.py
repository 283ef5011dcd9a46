"""Quality of a GAN's pictures: label agreement, similarity to real ones, near-copies."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.array_types import Bytes, KerasModel, Labels, Tensor
from harness.backend import batches, compiled, keras, tf
from harness.progress import Progress
from harness.readers import GradientReader

BLOCKS = 10  # of pictures: a distance from each
FEWEST = 20  # pictures of a block, below which its distance says nothing
AROUND = 50  # training pictures: how far they are is what a distance is measured by
ROUNDED = 1e-3  # a quarter of a gray level: what is nearer is the same picture, but for rounding
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Appraisal:
    """Figures of n drawn pictures, beside n real ones that nothing was trained on.

    The distance between two pictures is given in times of how far its AROUND nearest training
    pictures are in the mean, a gray level at least, for a smooth or pale picture is near to many
    without being a copy.

    Attributes:
        read: what the judge reads in drawn pictures, classes [n].
        read_real: what it reads in the real ones, [n].
        distances: kernel distances of drawn from real pictures, one for each block; none of few.
        real_distances: the same of one half of the real pictures from the other.
        from_training: of each drawn picture, how far the nearest training picture is, [n].
        from_training_real: the same of the real ones.
        from_others: of each drawn picture, how far the nearest other drawn one is, [n].
        from_others_real: of each real one, how far the nearest other real one is.

    Source: Carlini and others 2023, Extracting Training Data from Diffusion Models, section 5.1:
    a distance over that of the 50 nearest training pictures.
    """

    read: Labels
    read_real: Labels
    distances: Doubles
    real_distances: Doubles
    from_training: Doubles
    from_training_real: Doubles
    from_others: Doubles
    from_others_real: Doubles


def appraise_pictures(
    reader: GradientReader, drawn: Bytes, train: Bytes, real: Bytes, progress: Progress
) -> Appraisal:
    """Compare drawn pictures with real ones, by a judge that was trained on real ones.

    Args:
        reader: the judge, which reads single characters.
        drawn: uint8 [n, height, width, channels].
        train: real pictures that the GAN was trained on, uint8 [m, ...].
        real: others, which neither the GAN nor the judge knows, [k, ...].
        progress: told how far it is.
    """
    parts = 5
    progress(0, parts, "reading")
    read, read_real = reader.read(drawn)[:, 0], reader.read(real)[:, 0]
    seen = features(reader.model)
    progress(1, parts, "features")
    of_drawn, of_real = seen(drawn), seen(real)
    progress(2, parts, "distances")
    distances = kernel_distances(of_drawn, of_real)
    # Not of training pictures: a judge sees those otherwise than pictures that it does not know.
    real_distances = kernel_distances(of_real[::2], of_real[1::2])
    apart = []
    for number, images in enumerate((drawn, real), 3):
        progress(number, parts, "nearest pictures")
        from_training, around = nearest_distances(images, train, AROUND)
        from_others, _ = nearest_distances(images, images, 1, same=True)
        apart.append(np.array([from_training, from_others]) / np.maximum(around, 1 / 255))
    (trained, others), (trained_real, others_real) = apart
    return Appraisal(
        read, read_real, distances, real_distances, trained, trained_real, others, others_real
    )


def features(model: KerasModel) -> Callable[[Bytes], Doubles]:
    """Make a function that gives what a model knows of images before its last layer.

    It takes uint8 [n, height, width, channels] and gives float64 [n, m].
    """
    last = next(layer for layer in reversed(model.layers) if isinstance(layer, keras.layers.Dense))
    below = keras.Model(model.inputs, last.input)

    @compiled(tf.TensorSpec([None, *model.input_shape[1:]], tf.float32))
    def seen(pixels: Tensor) -> Tensor:
        return below(pixels, training=False)

    def answer(images: Bytes) -> Doubles:
        return np.concatenate(
            [
                seen(pixels).numpy().astype(np.float64).reshape(len(pixels), -1)
                for _rows, pixels in batches(images)
            ]
        )

    return answer


def kernel_distances(first: Doubles, second: Doubles) -> Doubles:
    """Measure squared kernel distances of two sets of features, [BLOCKS]: near 0 for one kind.

    There are none, [0], where a block would have too few pictures.

    Features are divided by their mean length, so that figures of different judges are alike.

    Source: Binkowski, Sutherland, Arbel, Gretton 2018: the kernel (x y / d + 1)^3, unbiased,
    over blocks that share no picture.
    """
    size = min(len(first), len(second)) // BLOCKS
    if size < FEWEST:
        return np.empty(0)
    scale = np.sqrt((second**2).sum(1).mean() / second.shape[1])
    distances = []
    for block in range(BLOCKS):
        rows = slice(block * size, (block + 1) * size)
        x, y = first[rows] / scale, second[rows] / scale
        inside = sum(_off_diagonal(_kernel(some, some)) for some in (x, y))
        distances.append(inside - 2 * _kernel(x, y).mean())
    return np.array(distances)


def _kernel(x: Doubles, y: Doubles) -> Doubles:
    return np.asarray((x @ y.T / x.shape[1] + 1) ** 3)


def _off_diagonal(kernel: Doubles) -> float:
    """Give the mean without the pictures' likeness to themselves."""
    size = len(kernel)
    return float((kernel.sum() - np.trace(kernel)) / (size * (size - 1)))


def nearest_distances(
    images: Bytes, others: Bytes, count: int, same: bool = False, block: int = 500
) -> tuple[Doubles, Doubles]:
    """Measure how far the nearest other picture is from each one, and the nearest few in the mean.

    Args:
        images: uint8 [n, height, width, channels].
        others: uint8 [m, ...].
        count: how many the nearest few are; all, where there are fewer.
        same: both are the same pictures, and none is a neighbor of itself.
        block: images at once.

    Returns:
        Two of [n]: roots of mean squares over the pixels in [0, 1]; infinite where there is none.
    """
    count = max(1, min(count, len(others) - same))
    flat = others.reshape(len(others), -1).astype(np.float32) / 255
    squares = (flat**2).sum(1)
    distances = np.empty((len(images), 2))
    for at in range(0, len(images), block):
        some = images[at : at + block].reshape(-1, flat.shape[1]).astype(np.float32) / 255
        apart = (some**2).sum(1)[:, None] + squares - 2 * some @ flat.T
        if same:
            apart[np.arange(len(some)), at + np.arange(len(some))] = np.inf
        few = np.partition(apart, count - 1, axis=1)[:, :count]
        few = np.sqrt(np.maximum(few, 0) / flat.shape[1])
        few[few < ROUNDED] = 0
        distances[at : at + block] = np.stack([few.min(1), few.mean(1)], axis=1)
    return distances[:, 0], distances[:, 1]
