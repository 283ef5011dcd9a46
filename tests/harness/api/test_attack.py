"""The door for Python: its names, its page, what it refuses; floats are attacked exactly."""

import re
import subprocess
import sys

import numpy as np
import pytest
from console import ROOT

import harness
from harness.registry import ATTACKS, DEFENSES, DETECTORS

PAGE = (ROOT / "docs" / "python.md").read_text()
ROWS = {path.split(":")[1] for table in (ATTACKS, DEFENSES, DETECTORS) for path in table.values()}


@pytest.fixture(scope="module")
def theirs():
    """A linear classifier of four classes, its float images, and their labels."""
    import keras

    keras.utils.set_random_seed(2)
    numbers = np.random.default_rng(0)
    labels = np.arange(64) % 4
    images = numbers.random((64, 8, 8, 1), np.float32) * 0.9
    layer = keras.layers.Dense(4)
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), layer])
    weights = np.zeros((8, 8, 4), np.float32)
    for number in range(4):
        weights[2 * number : 2 * number + 2, :, number] = 1
        images[labels == number, 2 * number : 2 * number + 2] *= 1.1
    layer.set_weights([weights.reshape(64, 4), np.zeros(4)])
    return model, images, labels


def test_every_name_is_there_and_on_the_page():
    assert set(harness.__all__) >= ROWS
    for name in harness.__all__:
        assert getattr(harness, name).__name__ == name
        assert re.search(rf"`(harness\.)?{name}\b", PAGE), f"{name} is not on docs/python.md"
    assert set(harness.__all__) <= set(dir(harness))
    with pytest.raises(AttributeError, match="no attribute 'atack'"):
        _ = harness.atack


def test_import_loads_nothing_else():
    code = (
        "import sys; before = set(sys.modules); import harness\n"
        "print([name for name in set(sys.modules) - before if name.startswith('harness.')])\n"
        "print([n for n in ('numpy', 'pydantic', 'tensorflow', 'pandas') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "[]"]


def test_radii_come_back_in_the_order_asked_for(theirs):
    model, images, labels = theirs
    result = harness.attack(model, images, labels, harness.Pgd(steps=5), [0.3, 0.01, 0.3, 0.0])
    assert result.table.epsilon.tolist() == [0.3, 0.01, 0.3, 0.0]
    reach = [np.abs(exact.astype(np.float64) - images).max() for exact in result.exact]
    assert reach[1] <= 0.01 + 1e-6 < reach[0]
    assert np.array_equal(result.exact[0], result.exact[2])
    assert np.array_equal(result.exact[3], images), "floats are as they were at radius 0"
    assert result.right.shape == (4, 64)
    assert np.array_equal(result.misled, result.clean_right & ~result.right)
    assert (result.table.n_captchas == 64).all()
    assert "few_captchas" in result.warnings
    assert "<table" in result._repr_html_()


@pytest.mark.parametrize(
    "attack",
    [
        harness.Fgsm(), harness.Pgd(steps=5, norm="l2"), harness.Cw(steps=20, weights=2),
        harness.HopSkipJump(queries=200), harness.Spatial(turns=3, moves=1),
        harness.Auto(steps=5, targets=1, queries=20),
    ],
    ids=lambda attack: type(attack).__name__,
)  # fmt: skip
def test_floats_and_bytes_are_attacked_alike(attack, theirs):
    model, images, labels = theirs
    eight = np.rint(images[:16] * 255).astype(np.uint8)
    radius = 1.0 if attack.norm == "l2" else 0.1
    some = [harness.attack(model, given, labels[:16], attack, radius)
            for given in (eight, eight / 255)]  # fmt: skip
    assert some[0].exact[0].dtype == np.uint16
    assert some[1].exact[0].dtype == np.float32
    assert np.abs(some[0].images - some[1].images).max() < 2e-5
    assert np.array_equal(some[0].right, some[1].right)
    for result in some:
        change = (result.images[0].astype(np.float64) - eight / 255).reshape(16, -1)
        if attack.norm != "spatial":
            order = np.inf if attack.norm == "linf" else 2
            reach = np.linalg.norm(change, order, axis=1)
            assert reach.max() <= radius + 1e-6


def test_rounding_floats_again_changes_nothing():
    from harness.attacks.attack import sixteen_bit

    numbers = np.random.default_rng(3)
    clean = numbers.random((40, 16, 16, 1), np.float32)
    clean[0, :4] = np.nextafter(np.float32(1), np.float32(0))
    moved = np.clip(clean + numbers.uniform(-0.1, 0.1, clean.shape).astype(np.float32), 0, 1)
    once = sixteen_bit(clean, moved)
    assert np.array_equal(sixteen_bit(clean, once), once)
    assert np.abs(once.astype(np.float64) - clean).max() <= 0.1 + 1e-6


def test_bounds_flat_images_and_many_classes(theirs):
    import keras

    _model, images, labels = theirs
    pixels = keras.Input((8, 8))
    wide = keras.Model(pixels, keras.layers.Dense(300)(keras.layers.Flatten()(pixels)))
    right = wide(images[..., 0] * 255).numpy().argmax(-1)
    result = harness.attack(wide, images[..., 0], right, harness.Pgd(steps=3), 0.1, bounds=(0, 255))
    assert result.clean_right.all()
    assert result.images.shape == (1, 64, 8, 8)
    assert right.max() > 255
    assert result.classes.dtype == np.uint16
    assert labels.dtype == np.int64


def test_a_softmax_is_told_and_can_be_taken_off(theirs):
    import keras

    model, images, labels = theirs
    closed = keras.Sequential([model, keras.layers.Softmax()])
    assert "probabilities" in harness.attack(closed, images, labels, "fgsm", 0.1).warnings
    bare = harness.without_softmax(closed)
    assert np.allclose(bare(images), model(images))
    assert "probabilities" not in harness.attack(bare, images, labels, "fgsm", 0.1).warnings
    dense = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(),
                              keras.layers.Dense(4, activation="softmax")])  # fmt: skip
    logits = harness.without_softmax(dense)(images).numpy()
    ours = logits - np.log(np.exp(logits).sum(-1))[:, None]
    assert np.allclose(np.log(dense(images)), ours, atol=1e-5)
    with pytest.raises(harness.SpecError, match="no softmax"):
        harness.without_softmax(model)


REFUSED = {
    "floats of 255": (lambda m, x, y: (m, x * 255, y), "divide them by 255"),
    "negative": (lambda m, x, y: (m, x - 0.5, y), "bounds="),
    "NaN": (lambda m, x, y: (m, x * np.nan, y), "NaN or infinite"),
    "whole numbers": (lambda m, x, y: (m, x.astype(int), y), "int64; give uint8"),
    "channels first": (lambda m, x, y: (m, x.transpose(0, 3, 1, 2), y), "they stand last"),
    "one image": (lambda m, x, y: (m, x[0, :, :, 0], y[:1]), "also of one image"),
    "none": (lambda m, x, y: (m, x[:0], y[:0]), "there are none"),
    "another size": (lambda m, x, y: (m, x[:, :6], y), r"takes images \[8, 8, 1\]"),
    "class 4 of 4": (lambda m, x, y: (m, x, y + 1), "4 is no class; the model has 4"),
    "one-hot": (lambda m, x, y: (m, x, np.eye(4, dtype=int)[y]), r"labels.argmax\(-1\)"),
    "texts": (lambda m, x, y: (m, x, y.astype(str)), "give class numbers"),
    "few labels": (lambda m, x, y: (m, x, y[:3]), "3 for 64 images"),
    "no radius": (lambda m, x, y: (m, x, y, "pgd", []), "there is none"),
    "a large radius": (lambda m, x, y: (m, x, y, "pgd", 8), "8 of 255 levels is 0.03137"),
    "a radius that is none": (lambda m, x, y: (m, x, y, "pgd", [float("nan")]), "epsilons: nan"),
    "a misspelt attack": (lambda m, x, y: (m, x, y, "pgdd"), "did you mean 'pgd'"),
    "no attack": (lambda m, x, y: (m, x, y, 3), "give an attack, as Pgd"),
    "no model": (lambda _m, x, y: (3, x, y), "not a Keras 3 model"),
    "another file": (lambda _m, x, y: ("a.h5", x, y), "neither a .keras nor an .onnx"),
    "no file": (lambda _m, x, y: ("a.keras", x, y), "there is no such file"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_one_line(name, theirs):
    arguments, said = REFUSED[name]
    with pytest.raises(harness.SpecError, match=said):
        harness.attack(*arguments(*theirs))


@pytest.mark.parametrize("attack", ["square", "hop_skip_jump", "spatial", "uniform_noise"])
def test_an_onnx_file_is_attacked_as_its_keras_model_is(attack, theirs, tmp_path):
    from harness.breakers.onnx_file import onnx_bytes
    from harness.registry import find

    model, images, labels = theirs
    (tmp_path / "a.onnx").write_bytes(onnx_bytes(model))
    options = {"square": {"queries": 30}, "hop_skip_jump": {"queries": 150}}.get(attack, {})
    row = find("attack", attack)(**options)
    some = [harness.attack(given, images[:8], labels[:8], row, 0.1)
            for given in (model, tmp_path / "a.onnx")]  # fmt: skip
    assert np.array_equal(some[0].clean_right, some[1].clean_right)
    assert some[0].table.captcha_accuracy[0] == some[1].table.captcha_accuracy[0]
    with pytest.raises(harness.SpecError, match="choose one of hop_skip_jump, spatial, square"):
        harness.attack(tmp_path / "a.onnx", images, labels, "auto")
