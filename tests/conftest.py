"""What several tests need: a small data set, a breaker trained on it, a run of the command line."""

import json
import shutil
import signal

import numpy as np
import pytest
from console import command
from documents import written  # noqa: F401 - a fixture
from PIL import Image, ImageDraw, ImageFont
from shared import once
from tiny import TINY

from harness.datasets.text_generator import TextGenerator
from harness.datasets.typography.fonts import font_path
from harness.progress import no_progress

pytest_plugins = ["harness.browser.fixtures"]

# Started in the background of a script, Python ignores Ctrl-C, and so would what the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


class PlainDigit(TextGenerator):
    """A digit somewhere on white: easy to read, quick to draw."""

    def picture(self, text, numbers):
        image = Image.new("L", (self.width, self.height), 255)
        font = ImageFont.truetype(font_path("DroidSansMono"), numbers.choice([20, 22, 24]))
        at = (numbers.uniform(5, 10), numbers.uniform(-1, 4))
        ImageDraw.Draw(image).text(at, text, fill=numbers.randrange(90), font=font)
        return image


@pytest.fixture
def tiny(tmp_path):
    """A sweep file that takes seconds."""
    file = tmp_path / "tiny.toml"
    file.write_text(TINY)
    return file


@pytest.fixture(scope="session")
def digits(tmp_path_factory):
    """1,000 single digits of 28 x 28 to train on, 200 to test with, as uint8 images and labels."""

    def draw(place):
        drawn = [PlainDigit(length=1, width=28, height=28).draw(11, index) for index in range(1200)]
        np.save(place / "images.npy", np.stack([image for image, _label in drawn]))
        np.save(place / "labels.npy", np.stack([label for _image, label in drawn]))

    place = once(tmp_path_factory, "digits", draw)
    images, labels = np.load(place / "images.npy"), np.load(place / "labels.npy")
    return images[:1000], labels[:1000], images[1000:], labels[1000:]


@pytest.fixture(scope="session")
def breaker(digits, tmp_path_factory):
    """A simple_cnn that reads the digits well enough to be attacked."""
    from harness.breakers import saved_breaker
    from harness.breakers.reader import Reader
    from harness.breakers.simple_cnn import SimpleCnn
    from harness.breakers.training import fit
    from harness.images.labelled import LabelledImages

    def train(place):
        recipe = SimpleCnn(epochs=14, batch_size=32)
        model = recipe.build((28, 28, 1), 1, 10, 5)
        fit(model, recipe, LabelledImages(*digits[:2]), None, 5, no_progress)
        facts = {
            "architecture": "simple_cnn", "options": recipe.model_dump(mode="json"),
            "shape": (28, 28, 1), "length": 1, "alphabet": "0123456789", "blank": None,
        }  # fmt: skip
        saved_breaker.save(model, place, facts)

    model, _facts = saved_breaker.load(once(tmp_path_factory, "breaker", train))
    reader = Reader(model)
    accuracy = (reader.read(digits[2]) == digits[3]).mean()
    assert accuracy > 0.9, f"the breaker of the tests reads only {accuracy:.2f}"
    return reader


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A home with a finished run of the tiny sweep, which nobody may change."""

    def run(place):
        (place / "tiny.toml").write_text(TINY)
        command("run", place / "tiny.toml", home=place / "home", check=0)

    return once(tmp_path_factory, "finished", run) / "home"


@pytest.fixture(scope="module")
def done(finished, tmp_path_factory):
    """A finished run for the tests of a file: the home, and what the command said."""
    place = tmp_path_factory.mktemp("done")
    (place / "tiny.toml").write_text(TINY)
    shutil.copytree(finished, place / "home")
    said = command("run", place / "tiny.toml", "--json", home=place / "home", check=0)
    return place, json.loads(said.stdout)


@pytest.fixture
def begun(finished, tmp_path):
    """A home without runs, in which each step of the tiny sweep is done."""
    home = tmp_path / "home"
    shutil.copytree(finished, home, ignore=shutil.ignore_patterns("runs"))
    return home
