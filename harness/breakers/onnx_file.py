"""A network as an ONNX file, which many programs read."""

import contextlib
import io
import warnings
from pathlib import Path
from typing import Any

from harness.errors import LackingError

OPSET = 15


def write_onnx(model: Any, file: Path) -> None:
    """Write a Keras model as an ONNX file.

    Args:
        model: a Keras model.
        file: what is written; input "pixels" float32 [batch, height, width, channels].

    Raises:
        LackingError: tf2onnx is not installed.
    """
    from harness.backend import tf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tf2onnx asks numpy for names that are gone
        try:
            import tf2onnx
        except ImportError:
            raise LackingError(
                "tf2onnx is not installed; `pip install tf2onnx` writes ONNX files"
            ) from None
        spec = [tf.TensorSpec([None, *model.input_shape[1:]], tf.float32, name="pixels")]
        answer = tf.function(lambda pixels: model(pixels, training=False), input_signature=spec)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            tf2onnx.convert.from_function(
                answer, input_signature=spec, opset=OPSET, output_path=str(file)
            )
