"""Captchas look as the packages draw them."""

import numpy as np
import pytest

from benchmarks.stock_claptcha import stock_picture
from harness.datasets.drawing.fresh_epochs import FreshEpochs
from harness.datasets.packages.claptcha import Claptcha
from harness.datasets.packages.image_captcha import ImageCaptcha
from harness.seeds import stream


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"color": "rgb", "length": 6, "width": 240, "margin_x": 5},
        {"noise": 0.6, "height": 60},
        {"font": "DroidSansMono", "length": 1, "margin_y": 5},
    ],
    ids=str,
)
def test_claptcha_has_the_pixels_of_its_package(options):
    generator = Claptcha(**options)
    for index in range(12):
        image, _label = generator.draw(3, index)
        numbers = stream(3, index)
        text = generator.text(numbers)
        stock = stock_picture(generator, text, numbers)
        expected = np.asarray(stock.convert("L" if generator.color == "gray" else "RGB"))
        assert np.array_equal(image, expected.reshape(image.shape)), f"captcha {index}"


@pytest.mark.parametrize("version", ["0.5.0", "0.6.0", "0.7.1_intended"])
def test_versions_of_captcha_differ_in_their_letters(version):
    """Same random numbers, other letters; the rest of the package's code is the same."""
    drawn = [ImageCaptcha(version=one).draw(1, 2)[0] for one in (version, "0.7.1")]
    assert drawn[0].shape == drawn[1].shape
    assert not np.array_equal(*drawn)
    assert np.array_equal(ImageCaptcha(version=version).draw(1, 2)[0], drawn[0])


def test_epochs_without_end(tmp_path):
    options = ImageCaptcha(length=1, width=32, height=32, font_sizes=(20,))
    with FreshEpochs("image_captcha", options, 5, 6, tmp_path) as captchas:
        first, labels = (np.array(part) for part in captchas.epoch(1, False))
        second, _labels = (np.array(part) for part in captchas.epoch(2, False))
        assert first.shape == (6, 32, 32, 1)
        assert labels.shape == (6, 1)
        assert not {image.tobytes() for image in first} & {image.tobytes() for image in second}
    assert not list(tmp_path.iterdir()), "drawings are left behind"
    with FreshEpochs("image_captcha", options, 5, 6, tmp_path) as captchas:
        assert np.array_equal(captchas.epoch(2, True)[0], second)
