"""Every architecture as an ONNX file answers as our own reading does."""

import numpy as np
import onnxruntime
import pytest

from harness.breakers import alexnet_small
from harness.breakers.architecture import Architecture
from harness.breakers.onnx_file import onnx_bytes
from harness.datasets.packages.audio_captcha import AudioCaptcha
from harness.registry import ARCHITECTURES, find

TRAINED = [name for name in ARCHITECTURES if issubclass(find("architecture", name), Architecture)]


@pytest.mark.parametrize("name", TRAINED)
def test_an_onnx_file_answers_as_the_breaker_does(name, monkeypatch):
    monkeypatch.setattr(alexnet_small, "WIDE", 64)  # its 18 million weights take a minute
    shape, length = ((28, 28, 1), 1) if name == "alexnet_small" else ((40, 90, 3), 3)
    architecture = find("architecture", name)()
    images = np.random.default_rng(0).random((3, *shape), np.float32)
    if architecture.sounds:
        images = np.stack([AudioCaptcha().draw(3, n)[0] for n in range(3)]).astype(np.float32) / 255
        shape = images.shape[1:]
    model = architecture.build(shape, length, 7, seed=1)
    session = onnxruntime.InferenceSession(onnx_bytes(model))
    (answers,) = session.run(None, {"pixels": images})
    ours = model(images, training=False).numpy()
    assert answers.shape == ours.shape
    assert np.abs(answers - ours).max() < 1e-5 * max(1, np.abs(ours).max())
