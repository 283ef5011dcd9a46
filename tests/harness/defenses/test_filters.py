"""Filters before the breaker: against other libraries, and what attacks see of them."""

import cv2
import numpy as np
import pytest
from tiny import TINY

from harness.attacks.pgd import Pgd
from harness.backend import tf
from harness.breakers.reader import Reader
from harness.measurements.curves import trust_checks
from harness.measurements.curves.work import CurveEntry
from harness.measurements.planning import plan
from harness.progress import no_progress
from harness.registry import find
from harness.results import checks
from harness.sweep.sweepfile import parse


def filtered(name, images, **options):
    return find("defense", name)(**options).filter()(tf.constant(images)).numpy()


def slope(name, images, **options):
    given, filter_ = tf.constant(images), find("defense", name)(**options).filter()
    with tf.GradientTape() as tape:
        tape.watch(given)
        total = tf.reduce_sum(filter_(given))
    return tape.gradient(total, given, unconnected_gradients="zero").numpy()


@pytest.fixture
def colored():
    return np.random.default_rng(1).random((5, 20, 30, 3), np.float32)


@pytest.mark.parametrize("size", [3, 5])
def test_mean_blur_is_that_of_opencv(size, colored):
    for image, ours in zip(colored, filtered("mean_blur", colored, size=size), strict=True):
        assert np.allclose(ours, cv2.blur(image, (size, size)), atol=1e-5)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.0])
def test_gaussian_blur_is_that_of_opencv(sigma, colored):
    side = 2 * max(1, round(3 * sigma)) + 1
    for image, ours in zip(colored, filtered("gaussian_blur", colored, sigma=sigma), strict=True):
        assert np.allclose(ours, cv2.GaussianBlur(image, (side, side), sigma), atol=1e-5)


@pytest.mark.parametrize("size", [2, 3, 5])
def test_median_is_the_middle_of_the_neighborhood(size, colored):
    before, after = size // 2, (size - 1) // 2
    wide = np.pad(colored, ((0, 0), (before, after), (before, after), (0, 0)), "symmetric")
    near = np.lib.stride_tricks.sliding_window_view(wide, (size, size), (1, 2))
    ranked = np.sort(near.reshape(*colored.shape, -1), axis=-1)
    assert np.array_equal(filtered("median", colored, size=size), ranked[..., size * size // 2])


@pytest.mark.parametrize("bits", [1, 3, 7])
def test_bit_depth_leaves_so_many_levels(bits, colored):
    found = filtered("bit_depth", colored, bits=bits)
    assert len(np.unique(found)) == 2**bits
    assert np.abs(found - colored).max() <= 0.5 / (2**bits - 1) + 1e-6


@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg_is_that_of_the_files_of_opencv(channels, colored):
    images = np.stack([cv2.GaussianBlur(image, (9, 9), 3) for image in colored])[..., :channels]
    rough = [filtered("jpeg", images, quality=quality) for quality in (10, 50, 95)]
    errors = [np.abs(found - images).mean() for found in rough]
    assert errors[0] > errors[1] > errors[2] > 0
    _done, file = cv2.imencode(
        ".jpg", np.rint(images[0, ..., ::-1] * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 50]
    )
    theirs = cv2.imdecode(file, cv2.IMREAD_UNCHANGED).reshape(20, 30, channels)[..., ::-1] / 255
    assert np.abs(rough[1][0] - theirs).mean() < 0.01  # the two decoders smooth differently


@pytest.mark.parametrize("name", ["bit_depth", "jpeg"])
def test_attacks_pass_filters_without_a_slope_unless_told_not_to(name, colored):
    assert np.array_equal(slope(name, colored), np.ones_like(colored))
    assert not slope(name, colored, bpda=False).any()


def test_bit_depth_stands_only_against_those_who_go_around_it(breaker, digits):
    """One bit hides every gradient: with BPDA, hardly anything is left."""
    left = {}
    for bpda in (True, False):
        reader = Reader(breaker.model, find("defense", "bit_depth")(bits=1, bpda=bpda).filter())
        (found,) = Pgd(steps=20).perturb(reader, digits[2], digits[3], [0.3], 1, no_progress)
        left[bpda] = (reader.read(found.images) == digits[3]).mean()
    assert left[True] < left[False] - 0.1


def test_a_random_filter_is_averaged_by_attacks_and_read_once(breaker, digits):
    images, labels = digits[2][:64], digits[3][:64]
    pixels = tf.constant(images.astype(np.float32) / 255)
    spread = {}
    for averaged in (1, 16):
        defense = find("defense", "random_resize")(averaged=averaged)
        reader = Reader(breaker.model, defense.filter(), draws=defense.draws())
        first, second = reader.logits(pixels).numpy(), reader.logits(pixels).numpy()
        assert first.shape == (64, 1, 10)
        spread[averaged] = np.abs(first - second).mean()
        codes = checks.probed({"answers": trust_checks.answers(reader, images)})
        assert codes == (("random_answers",) if averaged == 1 else ())
        assert (reader.read(images) == labels).mean() > 0.3
    assert 0 < spread[16] < spread[1] / 2


def test_every_row_of_a_filter_says_what_is_wrong_with_it():
    for said, codes in (
        ('defense = "random_resize"', {"random_filter"}),
        ('defense = "random_resize"\naveraged = 1', {"random_filter", "not_averaged"}),
        ('defense = "bit_depth"', set()),
        ('defense = "bit_depth"\nbpda = false', {"around_the_filter"}),
    ):
        sweep = parse(TINY.replace('defense = "mean_blur"', said))
        cells = [cell for cell in plan(sweep).find(CurveEntry) if cell.defense == "blur"]
        fresh = [set(cell.marks) for cell in cells if cell.knowledge == "white_box"]
        assert fresh
        assert all(marks == codes for marks in fresh)
        carried = [set(cell.marks) for cell in cells if cell.knowledge == "transfer"]
        assert carried
        assert all(marks == codes & {"random_filter"} for marks in carried)
        assert codes <= checks.MEANING.keys()
