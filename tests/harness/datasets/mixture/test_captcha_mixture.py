"""Captchas of many kinds: what is drawn, of what, and that it is what the label says."""

import numpy as np
import pytest

from harness.datasets.generator import decode
from harness.datasets.mixture.captcha_mixture import ALPHABETS, CaptchaMixture
from harness.datasets.mixture.composed_captcha import composed
from harness.datasets.mixture.package_styles import PACKAGES, STYLES, style
from harness.seeds import stream


def test_the_same_index_gives_the_same_captcha_and_others_differ():
    mixture = CaptchaMixture(composed=1.0)
    first, again, other = (mixture.draw(1, index)[0] for index in (7, 7, 8))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == (40, 128, 1)
    assert first.dtype == np.uint8


def test_texts_have_all_lengths_and_the_alphabet_of_one_site():
    mixture = CaptchaMixture(composed=1.0)
    texts = [mixture.text(stream(3, index)) for index in range(600)]
    lengths = np.bincount([len(text) for text in texts], minlength=9)
    assert set(np.flatnonzero(lengths)) == {3, 4, 5, 6, 7, 8}
    assert lengths[3:].min() > 60
    assert all(any(set(text) <= set(alphabet) for alphabet in ALPHABETS) for text in texts)
    assert {character for text in texts for character in text} == set(mixture.alphabet)


def test_a_shorter_text_is_filled_up_with_blanks():
    mixture = CaptchaMixture(composed=1.0)
    for index in range(20):
        label = mixture.draw(2, index)[1]
        text = decode(label, mixture.alphabet)
        assert (label[len(text) :] == mixture.blank()).all()
        assert len(label) == 8


def test_the_alphabet_can_be_smaller():
    mixture = CaptchaMixture(composed=1.0, alphabet="0123456789", length=4)
    assert mixture.blank() is None
    assert all(mixture.text(stream(1, index)).isdigit() for index in range(50))


@pytest.mark.parametrize(
    "package", [p for p in PACKAGES if p not in ("wheezy_captcha", "easy_captcha")]
)
def test_styles_of_a_package_can_be_drawn(package):
    """Those of optional packages are drawn by the tests of the extras."""
    for number in range(0, STYLES, 6):
        for length in (3, 8):
            text = "a1B2c3D4"[:length]
            image = style(package, number, length).picture(text, stream(0, number))
            assert image.width > 40
            assert image.height > 20


@pytest.mark.parametrize("package", ["wheezy_captcha", "easy_captcha"])
def test_styles_of_an_optional_package_can_be_drawn(package):
    drawer = style(package, 0, 4)
    pytest.importorskip(
        {"wheezy_captcha": "wheezy.captcha", "easy_captcha": "easy_captcha"}[package]
    )
    assert drawer.picture("a1B2", stream(0, 0)).height > 20


def test_ink_can_be_told_from_paper():
    """A composed captcha without contrast would be noise to learn from."""
    spreads = []
    for index in range(200):
        pixels = composed("a1B2", (80, 256), stream(5, index))
        low, high = np.percentile(pixels, (2, 98))
        spreads.append(high - low)
    assert np.quantile(spreads, 0.01) > 30
    assert np.median(spreads) > 90


def test_leaving_packages_out_leaves_them_out(monkeypatch):
    asked = []
    from harness.datasets.mixture import captcha_mixture

    monkeypatch.setattr(
        captcha_mixture,
        "style",
        lambda package, *rest: asked.append(package) or style(package, *rest),
    )
    mixture = CaptchaMixture(composed=0.0, packages=("claptcha", "django_simple_captcha"))
    for index in range(12):
        mixture.draw(1, index)
    assert set(asked) == {"claptcha", "django_simple_captcha"}
