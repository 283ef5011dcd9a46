"""A network takes over the weights of another one: same characters, same answers."""

import numpy as np
import pytest

from harness.backend import tf
from harness.breakers import saved_breaker
from harness.breakers.adaptation import adapt
from harness.breakers.counting_attention import Queries
from harness.breakers.whole_image import WholeImage
from harness.errors import HarnessError
from harness.registry import find

SHAPE = (40, 128, 1)
LETTERS = "0123456789abcdef"


def spec_of(alphabet, length, blank=False, architecture="whole_image", options=None):
    return {
        "architecture": architecture,
        "options": (options or WholeImage()).model_dump(mode="json"),
        "shape": SHAPE,
        "length": length,
        "alphabet": alphabet,
        "blank": len(alphabet) if blank else None,
    }


def network(spec, seed=1):
    classes = len(spec["alphabet"]) + (spec["blank"] is not None)
    return WholeImage().build(spec["shape"], spec["length"], classes, seed)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A breaker of random weights, for up to 8 of 16 characters."""
    folder = tmp_path_factory.mktemp("source")
    spec = spec_of(LETTERS, 8, blank=True)
    model = network(spec)
    rng = np.random.default_rng(0)
    model.set_weights(
        [w + 0.05 * rng.normal(size=w.shape).astype(w.dtype) for w in model.get_weights()]
    )
    saved_breaker.save(model, folder, spec)
    return folder, model


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).random((5, *SHAPE), np.float32)


def logits(model, images):
    return model(tf.constant(images), training=False).numpy()


def test_characters_in_common_keep_their_logits_wherever_they_stand(source, images):
    folder, model = source
    spec = spec_of("f05a", 8)
    other = network(spec, seed=9)
    adapt(other, spec, folder)
    expected = logits(model, images)[:, :, [LETTERS.index(c) for c in "f05a"]]
    np.testing.assert_allclose(logits(other, images), expected, rtol=1e-5, atol=1e-5)


def test_the_blank_stays_the_blank(source, images):
    folder, model = source
    spec = spec_of("0123", 8, blank=True)
    other = network(spec)
    adapt(other, spec, folder)
    expected = logits(model, images)[:, :, [0, 1, 2, 3, 16]]
    np.testing.assert_allclose(logits(other, images), expected, rtol=1e-5, atol=1e-5)


def test_a_shorter_captcha_has_the_first_places(source, images):
    folder, model = source
    spec = spec_of(LETTERS, 4)
    other = network(spec)
    adapt(other, spec, folder)
    np.testing.assert_allclose(
        logits(other, images), logits(model, images)[:, :4, :16], rtol=1e-5, atol=1e-5
    )


def test_a_character_that_is_not_known_is_not_read(source, images):
    folder, _model = source
    spec = spec_of("0123Z", 4)
    other = network(spec)
    adapt(other, spec, folder)
    assert (logits(other, images).argmax(-1) != 4).all()


def test_a_longer_captcha_begins_with_the_last_place(source, images):
    folder, _model = source
    spec = spec_of(LETTERS, 10)
    other = network(spec)
    adapt(other, spec, folder)
    read = logits(other, images)
    assert read.shape == (5, 10, 16)
    queries = next(layer for layer in other.layers if isinstance(layer, Queries)).query.numpy()
    np.testing.assert_array_equal(queries[7], queries[9])


def test_another_architecture_is_refused(source):
    folder, _model = source
    row = find("architecture", "simple_cnn")()
    spec = spec_of(LETTERS, 4, architecture="simple_cnn", options=row)
    with pytest.raises(HarnessError, match=r"whole_image.*other layers than 'simple_cnn'"):
        adapt(row.build(SHAPE, 4, 16, 0), spec, folder)


def test_a_size_that_does_not_fit_is_refused_in_one_line(source):
    folder, _model = source
    spec = {**spec_of(LETTERS, 1), "shape": (28, 28, 1)}
    with pytest.raises(HarnessError, match=r"captchas of 8 characters, these have 1"):
        adapt(network(spec), spec, folder)
