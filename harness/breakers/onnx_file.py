"""A network as an ONNX file, which many programs read."""

import contextlib
import io
import json
import logging
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from harness.errors import RequirementError
from harness.files.atomic import write_new

MODEL, OPSET = "model.onnx", 15


def export_onnx(trained: Path, folder: Path) -> Path:
    """Write a trained breaker as model.onnx.

    Its input is "pixels", float32 [batch, height, width, channels] in [0, 1]; its output logits
    float32 [batch, length, classes]. Shape, length, alphabet and blank stand in its metadata.

    Args:
        trained: the folder of a breaker in the store.
        folder: made if need be; a file of other content stays.

    Returns:
        The file.

    Raises:
        SpecError: another file has the name.
        RequirementError: the folder cannot be written, or tf2onnx is not installed.
    """
    from harness.breakers import saved_breaker

    model, spec = saved_breaker.load(trained)
    about = {key: spec.get(key) for key in ("architecture", "shape", "length", "alphabet", "blank")}
    content = onnx_bytes(model, {key: json.dumps(value) for key, value in about.items()})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_new(folder / MODEL, content)
    except OSError as error:
        raise RequirementError(f"cannot write to {folder}: {error.strerror}") from None
    return folder / MODEL


def onnx_bytes(model: Any, metadata: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """Give a Keras model as the content of an ONNX file.

    Args:
        model: a Keras model.
        metadata: what the file says about it.

    Raises:
        RequirementError: tf2onnx is not installed.
    """
    from harness.backend import tf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tf2onnx asks numpy for names that are gone
        try:
            import tf2onnx
            from onnx.helper import set_model_props
        except ImportError:
            raise RequirementError(
                "tf2onnx is not installed; `pip install tf2onnx` writes ONNX files"
            ) from None
        model = _without_fft(model)
        spec = [tf.TensorSpec([None, *model.input_shape[1:]], tf.float32, name="pixels")]
        answer = tf.function(lambda pixels: model(pixels, training=False), input_signature=spec)
        logging.getLogger("tf2onnx").setLevel(logging.CRITICAL)  # what fails is raised
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            written, _stored = tf2onnx.convert.from_function(
                answer, input_signature=spec, opset=OPSET
            )
    set_model_props(written, dict(metadata))
    return bytes(written.SerializeToString())


def _without_fft(model: Any) -> Any:
    """Write short-time Fourier transforms as matrices, for ONNX has them in new editions only.

    They are linear: what one makes of each single sample of a window is its matrix. In double
    precision, for the logarithm behind them makes errors of a faint tone large. The weights are
    shared.
    """
    from harness.backend import keras

    operations = getattr(model, "operations", ())
    if not any(type(operation).__name__ == "STFT" for operation in operations):
        return model

    def called(operation: Any, *args: Any, **kwargs: Any) -> Any:
        if type(operation).__name__ != "STFT":
            return operation(*args, **kwargs)
        samples, size, step = args[0], operation.sequence_length, operation.sequence_stride
        waves = operation(np.eye(size))  # real and imaginary: [sample, 1, tone] each
        starts = np.arange(0, samples.shape[1] - size + 1, step)
        frames = keras.ops.take(samples, starts[:, None] + np.arange(size), axis=1)
        frames = keras.ops.cast(frames, "float64")
        return [
            keras.ops.cast(keras.ops.matmul(frames, np.asarray(wave)[:, 0]), samples.dtype)
            for wave in waves
        ]

    return keras.models.clone_model(model, clone_function=lambda layer: layer, call_function=called)
