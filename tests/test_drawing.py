"""Captchas look as the packages draw them."""

import numpy as np
import pytest

from benchmarks.stock_claptcha import stock_picture
from harness.datasets.claptcha import Claptcha
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
