"""Attacks held against what is known: closed forms, brute force, and each other."""

import itertools

import numpy as np
import pytest

from harness.attacks.attack import Attack
from harness.attacks.auto_pgd_loop import AutoPgdLoop
from harness.attacks.balls import lengths
from harness.attacks.losses import attack_loss, cross_entropy, dlr, margin, targeted_dlr
from harness.attacks.planes import to_plane
from harness.attacks.radii import radii
from harness.attacks.search_state import SearchState
from harness.attacks.spatial import turned
from harness.attacks.square_loop import SquareLoop
from harness.backend import tf
from harness.breakers.reader import Reader
from harness.progress import no_progress
from harness.registry import find


def linear_reader(slopes, shape, length=1, offsets=0.0):
    """A breaker whose logits are linear in the pixels: [length * classes, pixels]."""
    from harness.backend import keras

    pixels = keras.Input(shape)
    layer = keras.layers.Dense(len(slopes), use_bias=True)
    logits = layer(keras.layers.Flatten()(pixels))
    model = keras.Model(pixels, keras.layers.Reshape((length, -1))(logits))
    layer.set_weights([np.array(slopes).T, np.zeros(len(slopes)) + offsets])
    return Reader(model)


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_the_way_to_a_plane_is_the_shortest_in_the_box(norm):
    numbers = np.random.default_rng(0)
    images = numbers.random((6, 2, 1, 1), np.float32)
    slope = numbers.normal(size=(6, 2, 1, 1)).astype(np.float32)
    rise = np.array([0.1, -0.1, 0.3, 0.02, -0.3, 0.5], np.float32)
    change = to_plane(tf.constant(images), tf.constant(slope), tf.constant(rise), norm).numpy()
    for image, steep, wanted, found in zip(images, slope, rise, change, strict=True):
        grid = np.linspace(0, 1, 401)
        points = np.array(list(itertools.product(grid, grid))) - image.ravel()
        risen = points @ steep.ravel() * np.sign(wanted)
        size = np.abs(points).max(1) if norm == "linf" else np.linalg.norm(points, axis=1)
        assert ((image + found) >= -1e-6).all()
        assert ((image + found) <= 1 + 1e-6).all()
        reached = float((found * steep).sum() * np.sign(wanted))
        if (risen >= abs(wanted)).any():
            assert reached >= abs(wanted) - 1e-4
            own = np.abs(found).max() if norm == "linf" else np.linalg.norm(found)
            assert own <= size[risen >= abs(wanted)].min() + 4e-3
        else:  # the box does not hold so much: as far as it goes
            assert reached >= risen.max() - 1e-3


def test_losses_on_known_logits():
    logits = np.array([[[3.0, 1.0, 0.0, -1.0]], [[0.0, 2.0, 1.0, -3.0]]], np.float32)
    labels = np.array([[0], [0]], np.int32)
    assert np.allclose(margin(labels, logits).numpy().ravel(), [-2, 2])
    assert np.allclose(dlr(labels, logits).numpy().ravel(), [-2 / 3, 2 / 2])
    targets = np.array([[2], [2]], np.int32)
    expected = [(0 - 3) / (3 - (0 - 1) / 2), (1 - 0) / (2 - (0 - 3) / 2)]
    assert np.allclose(targeted_dlr(labels, targets, logits).numpy().ravel(), expected)
    usual = -np.log(np.exp(logits[:, 0, 0]) / np.exp(logits[:, 0]).sum(1))
    assert np.allclose(cross_entropy(labels, logits).numpy().ravel(), usual, atol=1e-5)


def test_any_character_or_all_of_them():
    logits = np.array([[[2.0, 0.0, -1.0], [0.5, 0.0, -1.0]]], np.float32)
    labels = np.zeros((1, 2), np.int32)
    each = cross_entropy(labels, logits).numpy()[0]
    assert attack_loss("cross_entropy", labels, logits, "any").numpy() == pytest.approx(each[1])
    assert attack_loss("cross_entropy", labels, logits, "all").numpy() == pytest.approx(each.sum())


def nearest(name, norm, reader, images, labels, radii):
    attack = find("attack", name)(norm=norm)
    found = attack.perturb(reader, images, labels, radii, 0, no_progress)
    return [(reader.read(one.images) != labels).any(axis=1) for one in found]


@pytest.mark.parametrize(
    ("name", "norm"),
    [("fab", "linf"), ("fab", "l2"), ("deepfool", "linf"), ("deepfool", "l2"), ("cw", "l2")],
)
def test_the_boundary_of_a_linear_breaker_is_found_where_it_is(name, norm):
    numbers = np.random.default_rng(1)
    # cw goes to the class of the largest wrong logit, which need not be the nearest one.
    slopes = numbers.normal(size=(2 if name == "cw" else 4, 16))
    reader = linear_reader(slopes, (4, 4, 1))
    images = numbers.integers(100, 156, (24, 4, 4, 1)).astype(np.uint8)  # far from the box
    labels = reader.read(images)
    logits = images.reshape(24, -1) / 255 @ slopes.T
    gaps = logits[np.arange(24), labels[:, 0]][:, None] - logits
    away = slopes[labels[:, 0]][:, None] - slopes[None]
    size = np.abs(away).sum(2) if norm == "linf" else np.linalg.norm(away, axis=2)
    distances = np.where(gaps > 0, gaps / np.maximum(size, 1e-9), np.inf).min(1)
    for row, distance in enumerate(distances):
        radii = (float(0.97 * distance), float(1.03 * distance))
        broken = nearest(name, norm, reader, images[row : row + 1], labels[row : row + 1], radii)
        assert not broken[0][0], "nearer than the boundary"
        assert broken[1][0], "the boundary was not found"


def test_ascents_halve_their_steps_and_end_at_the_best_corner():
    slopes = np.array([[2.0, -4.0], [0.0, 0.0], [-3.0, 1.0]])
    reader = linear_reader(slopes, (1, 2, 1))
    images = np.array([[[[128], [100]]], [[[140], [90]]]], np.uint8)
    labels = np.array([[1], [1]], np.uint8)
    state = SearchState(reader, images, labels, "linf", "any")
    rows = np.arange(2)
    state.broken_at = -1  # nobody leaves
    AutoPgdLoop(state, "cross_entropy").climb(rows, state.clean[rows], 0.05, 40)
    assert state.gradients == 2 * 41
    change = np.abs(state.best - state.clean).reshape(2, -1)
    assert (change <= 0.05 + 1e-6).all()


def test_a_search_goes_on_only_where_it_may_get_there():
    reader = linear_reader([[1.0, -1.0], [-1.0, 1.0]], (1, 2, 1))
    middle, apart = 128, np.array([2, 40, 100])  # levels between the pixels and the boundary
    images = np.stack([middle + apart, middle - apart], axis=1).astype(np.uint8)
    images, labels = images.reshape(-1, 1, 2, 1), np.zeros((3, 1), np.uint8)
    (found,) = find("attack", "bim")(steps=40).perturb(
        reader, images, labels, [5 / 255], 0, no_progress
    )
    assert (reader.read(found.images) != labels).ravel().tolist() == [True, False, False]
    assert found.gradients == 10 + 20 + 20, "a first look, and a second one"


def test_a_character_that_is_misread_leaves_the_pixels_to_the_others():
    slopes = np.zeros((8, 4))
    slopes[0] = [100, 100, 100, 400]  # the first character: the last pixel alone would do
    slopes[4] = [-5, -5, -5, 0]  # the second one needs the others brightened
    offsets = np.zeros(8)
    offsets[[0, 4]] = 10 - slopes[0].sum() / 2, 1.5 - slopes[4].sum() / 2
    reader = linear_reader(slopes, (2, 2, 1), 2, offsets)
    image, labels = np.full((1, 2, 2, 1), 128, np.uint8), np.zeros((1, 2), np.uint8)
    assert (reader.read(image) == labels).all()
    (found,) = find("attack", "bim")(steps=40).perturb(reader, image, labels, [0.2], 0, no_progress)
    assert (reader.read(found.images) != labels).all()


def test_what_rounding_takes_back_is_not_broken():
    reader = linear_reader([[1e4, 0.0], [0.0, 1e4]], (1, 2, 1))
    images = np.array([[[[130], [128]]]] * 2, np.uint8)
    state = SearchState(reader, images, np.zeros((2, 1), np.uint8), "linf")
    level = np.float32(1 / 255)
    for row, over in enumerate((1e-6, 1e-4)):  # beyond the boundary, a 16-bit step is 1.5e-5
        state.best[row] += np.array([[[-level], [level + over]]], np.float32)
    state.resisting[:] = 0
    assert state.still_right(np.arange(2)).tolist() == [True, False]


def test_squares_shrink_as_published():
    reader = linear_reader(np.eye(2, 16), (4, 4, 1))
    state = SearchState(
        reader, np.zeros((1, 4, 4, 1), np.uint8), np.zeros((1, 1), np.uint8), "linf"
    )
    squares = SquareLoop(state)
    state.clean = np.zeros((1, 28, 28, 1), np.float32)
    sides = [squares.side(asked, 10_000, 0.8) for asked in (1, 11, 51, 201, 501, 1001, 2001, 8001)]
    assert sides == [25, 18, 13, 9, 6, 4, 3, 1]
    assert squares.side(6, 5_000, 0.8) == 18, "the schedule is of 10,000 queries"


def test_turning_back_is_no_change_and_a_move_moves():
    image = np.zeros((1, 21, 21, 1), np.float32)
    image[0, 8:13, 6:10] = 1
    assert np.allclose(turned(image, 0.0, 0.0, 0.0), image)
    assert np.allclose(turned(image, 0.0, 3.0, -2.0)[0, 6:11, 9:13], 1)
    quarter = turned(image, np.pi / 2, 0.0, 0.0)
    assert quarter.sum() == pytest.approx(image.sum(), rel=1e-3)
    assert not np.allclose(quarter, image)


def test_auto_leaves_no_more_than_any_of_its_parts(breaker, digits):
    images, labels = digits[2][:100], digits[3][:100]
    radii = (0.04, 0.08)

    def left(name, **options):
        attack = find("attack", name)(**options)
        found = attack.perturb(breaker, images, labels, radii, 1, no_progress)
        return [(breaker.read(one.images) == labels).sum() for one in found]

    together = left("auto", steps=20, targets=3, queries=100)
    for name, options in (
        ("apgd_ce", {"steps": 20}),
        ("pgd", {"steps": 20}),
        ("square", {"queries": 100}),
    ):
        alone = left(name, **options)
        assert all(a <= b + 1 for a, b in zip(together, alone, strict=True)), (name, alone)


def test_lengths_are_those_of_numpy():
    change = np.random.default_rng(2).normal(size=(5, 3, 4, 2)).astype(np.float32)
    expected = np.linalg.norm(change.reshape(5, -1), axis=1)
    assert np.allclose(lengths(change).numpy().ravel(), expected, rtol=1e-5)


def test_a_curve_is_traced_once(breaker, digits):
    reader = Reader(breaker.model)
    images, labels = digits[2][:70], digits[3][:70]  # a full batch and a part of one
    for name, options in (
        ("auto", {"steps": 12, "targets": 2, "queries": 60}),
        ("pgd", {"steps": 12, "restarts": 2}),
        ("deepfool", {"steps": 5}),
    ):
        attack = find("attack", name)(**options)
        list(attack.perturb(reader, images, labels, (0.0, 0.03, 0.06, 0.1), 0, no_progress))
    found = [
        function
        for made in reader._compiled.values()
        for function in (made if isinstance(made, tuple) else (made,))
    ]
    assert len(found) >= 6
    assert [function.experimental_get_tracing_count() for function in found] == [1] * len(found)


@pytest.mark.parametrize("name", ["pgd", "apgd_ce", "square", "auto"])
def test_a_swift_search_is_judged_in_full_precision(name, breaker, digits):
    from harness.breakers.simple_cnn import SimpleCnn

    swift = SimpleCnn().build((28, 28, 1), 1, 10, 0, "bfloat16")
    swift.set_weights(breaker.model.get_weights())
    images, labels = digits[2][:100], digits[3][:100]
    options = {"auto": {"steps": 20, "targets": 2, "queries": 60}, "square": {"queries": 200}}
    left = {}
    for word, reader in (("plain", breaker), ("swift", Reader(breaker.model, swift=swift))):
        attack = find("attack", name)(**options.get(name, {}))
        state = list(attack.perturb(reader, images, labels, (0.04, 0.08), 1, no_progress))
        left[word] = [(breaker.read(one.images) == labels).sum() for one in state]
    assert all(abs(int(a) - int(b)) <= 4 for a, b in zip(*left.values(), strict=True)), left


def test_what_only_seems_broken_goes_on(breaker, digits):
    images, labels = digits[2][:40], digits[3][:40]
    wrong = Reader(breaker.model, swift=breaker.model)  # whatever it says, float32 decides
    state = SearchState(wrong, images, labels, "linf", swift=True)
    state.resisting[:] = 0  # as if the search had thought so
    still_right = (breaker.read(images) == labels).all(axis=1)
    assert state.still_right(np.arange(40)).tolist() == still_right.tolist()


def test_radii_are_ascending_and_each_is_there_once():
    assert radii([0.3, 0.1, 0.1]) == (0.1, 0.3)
    assert radii([0.3, 0.1], [0.2, 0.0, 0.2]) == (0.0, 0.2)
    assert radii([0.3, 0.0], None, above_zero=True) == (0.3,)
    assert radii((0.5,), ()) == (0.5,), "an attack without radii takes the sweep's"


def test_an_attack_without_perturb_is_none():
    with pytest.raises(TypeError, match="perturb"):
        type("Nothing", (Attack,), {})()
