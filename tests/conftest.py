"""What several tests need: a small data set, a breaker trained on it, a run of the command line."""

import json
import os
import signal

import numpy as np
import pytest
from console import ROOT, command  # noqa: F401 - for the tests
from documents import written  # noqa: F401 - a fixture
from PIL import Image, ImageDraw, ImageFont

from harness.datasets.fonts import font_path
from harness.datasets.generator import TextGenerator

# Started in the background of a script, Python ignores Ctrl-C, and so would what the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def nobody(*_args):
    """A watch that nobody watches."""


def lacking(reason: str):
    """Skip on a laptop, fail under CI, where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"under CI=true this must not be missing: {reason}")
    pytest.skip(reason)


def folder(home):
    (found,) = (home / "runs").iterdir()
    return found


TINY = """
name = "tiny"
seed = 3
epsilons = [0.0, 0.1, 0.3]

[datasets.digits]
generator = "image_captcha"
length = 2
width = 64
height = 32
font_sizes = [22, 26]
train = 120
validation = 30
test = 40

[breakers.small]
dataset = "digits"
architecture = "simple_cnn"
epochs = 2

[attacks.fgsm]
attack = "fgsm"

[attacks.pgd]
attack = "pgd"
steps = 3

[defenses.finetune]
defense = "adversarial_finetune"
images = 50
epochs = 1

[defenses.blur]
defense = "mean_blur"
"""


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
def digits():
    """1,000 single digits of 28 x 28 to train on, 200 to test with, as uint8 images and labels."""
    drawn = [PlainDigit(length=1, width=28, height=28).draw(11, index) for index in range(1200)]
    images = np.stack([image for image, _label in drawn])
    labels = np.stack([label for _image, label in drawn])
    return images[:1000], labels[:1000], images[1000:], labels[1000:]


@pytest.fixture(scope="session")
def breaker(digits):
    """A simple_cnn that reads the digits well enough to be attacked."""
    from harness.breakers.reader import Reader
    from harness.breakers.simple_cnn import SimpleCnn
    from harness.breakers.training import fit
    from harness.images.labelled import LabelledImages

    recipe = SimpleCnn(epochs=14, batch_size=32)
    model = recipe.build((28, 28, 1), 1, 10, 5)
    fit(model, recipe, LabelledImages(*digits[:2]), None, 5, nobody)
    reader = Reader(model)
    accuracy = (reader.read(digits[2]) == digits[3]).mean()
    assert accuracy > 0.9, f"the breaker of the tests reads only {accuracy:.2f}"
    return reader


@pytest.fixture(scope="session")
def done(tmp_path_factory):
    """A finished run: the home, and what the command said."""
    place = tmp_path_factory.mktemp("done")
    (place / "tiny.toml").write_text(TINY)
    said = command("run", place / "tiny.toml", "--json", home=place / "home", check=0)
    return place, json.loads(said.stdout)
