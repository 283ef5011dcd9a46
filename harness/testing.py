"""What rows of a table promise, as functions that a test of your own calls.

    from harness.testing import check_attack
    from my import Flip

    def test_flip():
        check_attack(Flip())

Each raises an AssertionError that says which promise is not kept. Without images, labels or a
reader, small ones are made.
"""

import functools
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from harness.attacks.attack import FULL, Attack, Perturbed
from harness.breakers.architecture import Architecture
from harness.datasets.generator import Generator
from harness.defenses.defense import InputDefense, LearnedDefense
from harness.detectors.detector import Detector
from harness.gans.gan import Gan
from harness.progress import no_progress

if TYPE_CHECKING:
    from harness.breakers.reader import Reader

SLACK = 1e-6  # by which float arithmetic may leave a ball
RADII = (0.0, 0.05, 0.15, 0.3)
L2_TIMES = 8  # an l2 radius for a linf one
APART = 0.01  # share of pixels that another batch may change: sums of another order round otherwise
SIDE, CLASSES = 12, 4
Images = npt.NDArray[Any]


def _require(kept: bool, promise: str) -> None:
    if not kept:
        raise AssertionError(promise)


@functools.cache
def example() -> tuple["Reader", Images, Images]:
    """Give a small classifier that reads its images, and 32 of those with their labels."""
    from harness.backend import keras
    from harness.breakers.reader import Reader

    numbers = np.random.default_rng(7)
    labels = np.arange(32) % CLASSES
    images = numbers.integers(80, 120, (32, SIDE, SIDE, 1), np.uint8)
    weights = np.zeros((SIDE, SIDE, 1, CLASSES), np.float32)
    for number in range(CLASSES):
        rows = slice(3 * number, 3 * number + 3)
        weights[rows, :, :, number] = 1
        images[labels == number, rows] += 60
    pixels = keras.Input((SIDE, SIDE, 1))
    dense = keras.layers.Dense(CLASSES)
    logits = keras.layers.Reshape((1, CLASSES))(dense(keras.layers.Flatten()(pixels)))
    model = keras.Model(pixels, logits)
    dense.set_weights([weights.reshape(-1, CLASSES), np.zeros(CLASSES, np.float32)])
    return Reader(model), images, labels[:, None].astype(np.uint8)


def perturbed(
    attack: Attack,
    reader: Any,
    images: Images,
    labels: Images,
    epsilons: Sequence[float],
    seed: int,
) -> list[Perturbed]:
    """Attack copies of images, and make sure that the attack has changed neither them nor a radius.

    Raises:
        AssertionError: it has.
    """
    clean, right = images.copy(), labels.copy()
    radii = list(attack.perturb(reader, clean, right, tuple(epsilons), seed, no_progress))
    _require(np.array_equal(clean, images), "the clean images were changed")
    _require(np.array_equal(right, labels), "the labels were changed")
    reached = [radius.epsilon for radius in radii]
    _require(reached == list(epsilons), f"radii {reached} where {list(epsilons)} were asked for")
    return radii


def check_ball(attack: Attack, clean: Images, radii: Sequence[Perturbed]) -> None:
    """Make sure that images keep type and shape, stay in their ball, and are clean at radius 0.

    Args:
        attack: that made them.
        clean: uint8 [n, height, width, channels].
        radii: what `perturbed` gave.

    Raises:
        AssertionError: one does not.
    """
    for radius in radii:
        images, where = radius.images, f"at radius {radius.epsilon:g}"
        _require(images.shape == clean.shape, f"{where}: shape {images.shape}, not {clean.shape}")
        outside = "outside_range" in attack.marks()
        kind = np.float32 if outside else np.uint16
        _require(images.dtype == kind, f"{where}: {images.dtype}, not {np.dtype(kind)}")
        if outside or attack.norm == "spatial":
            continue
        if radius.epsilon == 0:
            same = np.array_equal(images, clean.astype(np.uint16) * 257)
            _require(same, "radius 0 does not give the clean images back")
        change = (images.astype(np.float64) / FULL - clean / 255).reshape(len(clean), -1)
        reach = np.abs(change).max(1) if attack.norm == "linf" else np.linalg.norm(change, axis=1)
        _require(
            bool(reach.max() <= radius.epsilon + SLACK),
            f"{where}: an image lies {reach.max():.6g} from its clean one in {attack.norm}",
        )


def check_same_bytes(first: Sequence[Perturbed], second: Sequence[Perturbed]) -> None:
    """Make sure that two runs with one seed gave the same images.

    Raises:
        AssertionError: they did not.
    """
    for each, other in zip(first, second, strict=True):
        same = np.array_equal(each.images, other.images)
        _require(same, f"at radius {each.epsilon:g}: the same seed gave other images")


def check_batch_mates(few: Sequence[Perturbed], many: Sequence[Perturbed]) -> None:
    """Make sure that an image does not depend on those attacked beside it.

    Args:
        few: some images attacked alone.
        many: the same ones first, and others.

    Raises:
        AssertionError: it does.
    """
    for each, other in zip(few, many, strict=True):
        differing = float((each.images != other.images[: len(each.images)]).mean())
        _require(
            differing < APART,
            f"at radius {each.epsilon:g}: {differing:.1%} of the pixels depend on batch mates",
        )


def check_attack(
    attack: Attack,
    reader: Any = None,
    images: Images | None = None,
    labels: Images | None = None,
    epsilons: Sequence[float] | None = None,
    seed: int = 1,
) -> None:
    """Make sure that an attack keeps what all attacks promise.

    Type and shape of the images; within [0, 1] and within the ball; radius 0 gives the clean images
    back; the same seed gives the same bytes; an image does not depend on its batch mates.

    Args:
        attack: with options that keep it short.
        reader: a harness.breakers.reader.Reader; by default that of `example`.
        images: uint8 [n, height, width, channels], at least two.
        labels: uint8 [n, length].
        epsilons: radii in ascending order.
        seed: of the attack.

    Raises:
        AssertionError: a promise is not kept.
    """
    known, pictures, right = example()
    reader = known if reader is None else reader
    images = pictures if images is None else images
    labels = right if labels is None else labels
    times = L2_TIMES if attack.norm == "l2" else 1
    radii = tuple(times * radius for radius in RADII) if epsilons is None else tuple(epsilons)
    first = perturbed(attack, reader, images, labels, radii, seed)
    check_ball(attack, images, first)
    check_same_bytes(first, perturbed(attack, reader, images, labels, radii, seed))
    half = len(images) // 2
    few = perturbed(attack, reader, images[:half], labels[:half], radii, seed)
    check_batch_mates(few, first)


def check_generator(generator: Generator, seed: int = 5) -> None:
    """Make sure that a captcha is a function of seed and index, and is what the generator says.

    Raises:
        AssertionError: it is not.
    """
    image, label = generator.draw(seed, 17)
    generator.draw(seed, 3)  # what was drawn before must not matter
    again, same = generator.draw(seed, 17)
    _require(image.dtype == np.uint8, f"an image is {image.dtype}, not uint8")
    shape = generator.image_shape()
    _require(image.shape == shape, f"an image is {image.shape}, and image_shape says {shape}")
    _require(label.shape == (generator.text_length(),), f"a label is {label.shape}")
    blank = generator.blank()
    most = len(generator.text_alphabet()) + (blank is not None)
    _require(int(label.max()) < most, "a label has a class that the alphabet does not have")
    _require(np.array_equal(image, again), "the same seed and index drew another image")
    _require(np.array_equal(label, same), "the same seed and index gave another label")
    _require(not np.array_equal(image, generator.draw(seed, 18)[0]), "all captchas are alike")
    other = generator.draw(seed + 1, 17)[0]
    _require(not np.array_equal(image, other), "the seed makes no difference")


def check_architecture(
    architecture: Architecture, shape: tuple[int, int, int] = (40, 90, 1), length: int = 3
) -> None:
    """Make sure that logits have a row for each character, and weights come from the seed.

    Raises:
        AssertionError: they do not.
    """
    images = np.random.default_rng(0).random((3, *shape), np.float32)
    logits = architecture.build(shape, length, 7, seed=1)(images).numpy()
    _require(logits.shape == (3, length, 7), f"logits are {logits.shape}, not (3, {length}, 7)")
    same = architecture.build(shape, length, 7, seed=1)(images).numpy()
    _require(np.array_equal(same, logits), "the same seed gave other weights")
    other = architecture.build(shape, length, 7, seed=2)(images).numpy()
    _require(not np.array_equal(other, logits), "the seed makes no difference")


def check_defense(defense: InputDefense, images: Images | None = None) -> None:
    """Make sure that a filter keeps the shape of images and stays in [0, 1].

    Args:
        defense: a filter; one that learns is given an untrained autoencoder.
        images: float32 [n, height, width, channels] in [0, 1].

    Raises:
        AssertionError: it does not.
    """
    if images is None:
        images = example()[1].astype(np.float32) / 255
    if isinstance(defense, LearnedDefense):
        from harness.defenses import autoencoder_training

        with tempfile.TemporaryDirectory() as folder:
            autoencoder_training.save(autoencoder_training.build(images.shape[1:]), Path(folder))
            filtering = defense.trained(Path(folder), images.shape[1:])
    else:
        filtering = defense.filter()
    behind = np.asarray(filtering(images))
    _require(behind.shape == images.shape, f"images of {images.shape} became {behind.shape}")
    low, high = float(behind.min()), float(behind.max())
    _require(low >= 0 and high <= 1, f"pixels lie between {low:g} and {high:g}")
    _require(not np.array_equal(behind, images), "the filter does nothing")


def check_detector(detector: Detector) -> None:
    """Make sure that each sign is a finite figure of each image, whatever the batch.

    Raises:
        AssertionError: it is not.
    """
    from harness.detectors.breaker_detector import BreakerDetector

    reader, images, _labels = example()
    fitted = BreakerDetector(detector, reader, lambda pixels: pixels)
    fitted.fit(images)
    scores = fitted.scores(images)
    _require(scores.shape == (len(images),), f"scores are {scores.shape}, not one for each image")
    _require(bool(np.isfinite(scores).all()), "a score is NaN or infinite")
    alone = fitted.scores(images[:1])
    _require(bool(np.allclose(alone, scores[:1], atol=1e-4)), "a score depends on batch mates")


def check_gan(gan: Gan, shape: tuple[int, int, int] = (16, 16, 1), classes: int = 3) -> None:
    """Make sure that what a GAN draws has the pictures' shape and lies in [-1, 1].

    Raises:
        AssertionError: it does not.
    """
    noise = np.random.default_rng(0).standard_normal((2, gan.noise)).astype(np.float32)
    wanted = np.array([0, classes - 1], np.int32)
    given: Any = [noise, wanted] if gan.conditional else noise
    drawn = np.asarray(gan.generator(shape, classes)(given))
    _require(drawn.shape == (2, *shape), f"pictures are {drawn.shape}, not {(2, *shape)}")
    _require(float(np.abs(drawn).max()) <= 1 + SLACK, "pictures leave [-1, 1]")
    shown: Any = [drawn, wanted] if gan.conditional else drawn
    answers = np.asarray(gan.discriminator(shape, classes)(shown))
    _require(answers.shape[0] == len(drawn), f"answers to 2 pictures are {answers.shape}")
