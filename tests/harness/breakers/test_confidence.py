"""Confidence of networks: the probability of the whole text, from the answers that were read."""

import numpy as np
import pytest

from harness.breakers.confidence import possible_texts
from harness.breakers.reader import Reader
from harness.metrics import blanks_last

# Keras, of NumPy
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")
LENGTH, CLASSES = 3, 5


def softmax(logits):
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True), dtype=np.float64)
    return shares / shares.sum(axis=-1, keepdims=True)


def network(seed=3, ends_in_softmax=False, gain=40.0):
    from harness.backend import keras

    keras.utils.set_random_seed(seed)
    pixels = keras.Input((4, 6, 1))
    flat = keras.layers.Flatten()(pixels)
    dense = keras.layers.Dense(LENGTH * CLASSES)(flat)
    logits = keras.layers.Reshape((LENGTH, CLASSES))(dense * gain / 10)
    return keras.Model(pixels, keras.layers.Softmax()(logits) if ends_in_softmax else logits)


@pytest.fixture
def images():
    return np.random.default_rng(5).integers(0, 256, (700, 4, 6, 1)).astype(np.uint8)


def test_it_is_the_product_of_the_characters_probabilities(images):
    model = network()
    logits = np.asarray(model(images.astype(np.float32) / 255), np.float64)
    classes, confidence = Reader(model).read_with_confidence(images)
    np.testing.assert_array_equal(classes, Reader(model).read(images))
    assert confidence.dtype == np.float32
    np.testing.assert_allclose(confidence, softmax(logits).max(-1).prod(-1), rtol=1e-5)


def test_blanks_are_part_of_the_text(images):
    model, blank = network(), CLASSES - 1
    logits = np.asarray(model(images.astype(np.float32) / 255), np.float64)
    wanted = softmax(logits).max(-1).prod(-1)
    classes, confidence = Reader(model, blank=blank).read_with_confidence(images)
    np.testing.assert_array_equal(classes, blanks_last(logits.argmax(-1), blank))
    np.testing.assert_allclose(confidence, wanted, rtol=1e-5)
    lengths = (classes != blank).sum(axis=1)
    assert (lengths < LENGTH).any()
    _, of_known_length = Reader(model, blank=blank, shortest=3).read_with_confidence(images)
    np.testing.assert_allclose(of_known_length, np.where(lengths < 3, 0, wanted), rtol=1e-5)


def test_probabilities_are_not_made_flat_by_a_second_softmax(images):
    plain = Reader(network()).read_with_confidence(images)
    ready = Reader(network(ends_in_softmax=True)).read_with_confidence(images)
    np.testing.assert_array_equal(plain[0], ready[0])
    np.testing.assert_allclose(plain[1], ready[1], rtol=1e-3)


def test_an_onnx_file_and_a_keras_file_give_the_same_confidence(images, tmp_path):
    from harness.breakers.keras_network import keras_network, load_keras
    from harness.breakers.onnx_file import onnx_bytes
    from harness.breakers.onnx_network import OnnxNetwork

    model = network(ends_in_softmax=True)
    (tmp_path / "m.onnx").write_bytes(onnx_bytes(model))
    model.save(tmp_path / "m.keras")
    wanted = Reader(model).read_with_confidence(images)
    for given in (
        OnnxNetwork(tmp_path / "m.onnx", (4, 6, 1)),
        keras_network(load_keras(tmp_path / "m.keras"), (4, 6, 1)),
    ):
        classes, confidence = Reader(given).read_with_confidence(images)
        np.testing.assert_array_equal(classes, wanted[0])
        np.testing.assert_allclose(confidence, wanted[1], rtol=1e-4)


def test_a_random_filter_is_read_once_and_judged_by_the_mean_of_its_answers(images):
    """Each draw inverts the image or not: the mean is what the confidence is taken of."""
    from harness.backend import tf

    model, some = network(gain=4.0), images[:40]
    straight, turned = (
        np.asarray(model(pixels), np.float64)
        for pixels in (some.astype(np.float32) / 255, 1 - some.astype(np.float32) / 255)
    )

    def by_turns(pixels):
        odd = tf.range(tf.shape(pixels)[0]) % 2 == 1
        return tf.where(odd[:, None, None, None], 1 - pixels, pixels)

    classes, confidence = Reader(model, by_turns, draws=2).read_with_confidence(some)
    np.testing.assert_array_equal(classes, straight.argmax(-1))
    mean = softmax((straight + turned) / 2)
    wanted = np.take_along_axis(mean, straight.argmax(-1)[..., None], -1)[..., 0].prod(-1)
    np.testing.assert_allclose(confidence, wanted, rtol=1e-4)


def test_a_network_that_has_diverged_is_sure_of_nothing(images):
    model = network()
    model.set_weights([np.full_like(weights, np.nan) for weights in model.get_weights()])
    assert (Reader(model).read_with_confidence(images[:5])[1] == 0).all()


def test_texts_that_no_captcha_can_have():
    blank, rows = 3, [[0, 1, 3, 3], [0, 1, 2, 3], [0, 1, 2, 0], [0, 255, 2, 3], [3, 3, 3, 3]]
    classes = np.array(rows, np.uint8)
    assert possible_texts(classes, blank, 2, 3).tolist() == [True, True, False, False, False]
    assert possible_texts(classes, None, 2, 3).all()
