"""ONNX classifiers of other programs: scores and answers, no gradients."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from harness.breakers.network import CAPTCHA_READER, CLASSIFIER, UNIT, Bounds, Shape, describe
from harness.errors import RequirementError, SpecError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from harness.array_types import Tensor


class OnnxNetwork:
    """An ONNX classifier: scores and answers, no gradients.

    Attributes:
        input_shape: (None, height, width, channels).
        output_shape: (None, length, classes).
    """

    def __init__(
        self, model: "Path | InferenceSession", shape: Shape, bounds: Bounds = UNIT
    ) -> None:
        """Load a file, or take a session of onnxruntime.

        Args:
            model: input [batch, height, width, channels], [batch, channels, height, width] or, of
                one channel, [batch, height, width]; output as keras_network's.
            shape: of one image: height, width, channels.
            bounds: the numbers that the model takes for black and for white.

        Raises:
            RequirementError: onnxruntime is not installed.
            SpecError: the file is none, or no classifier of such images.
        """
        self.session = open_session(model) if isinstance(model, Path) else model
        inputs, outputs = self.session.get_inputs(), self.session.get_outputs()
        if len(inputs) != 1:
            raise SpecError(f"model: has {len(inputs)} inputs; a classifier of images has one")
        self._low, self._span = bounds[0], bounds[1] - bounds[0]
        self._name, self._answer = inputs[0].name, outputs[0].name
        if inputs[0].type not in ("tensor(float)", "tensor(double)"):
            raise SpecError(f"model: its input is {inputs[0].type}; tensor(float) is needed")
        self._kind = np.float64 if "double" in inputs[0].type else np.float32
        sizes = [size if isinstance(size, int) else None for size in inputs[0].shape]
        self._batch, self._order = sizes[0], _order(sizes[1:], shape)
        self._image = shape
        self.input_shape: tuple[int | None, ...] = (None, *shape)
        self.output_shape: tuple[int | None, ...] = (None, 0, 0)
        answers = self.logits(np.zeros((1, *shape), np.float32))
        if answers.ndim != CAPTCHA_READER or answers.shape[-1] == 1:
            raise SpecError(
                f"model: its output is {['batch', *answers.shape[1:]]}; a classifier's is [batch, "
                "classes], a reader's [batch, length, classes]"
            )
        self.output_shape = (None, *answers.shape[1:])

    def logits(self, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Answer images float32 [n, height, width, channels] in [0, 1]: [n, length, classes]."""
        scaled = (images * self._span + self._low).astype(self._kind)
        if self._order == "channels_first":
            scaled = scaled.transpose(0, 3, 1, 2)
        elif self._order == "flat":
            scaled = scaled[..., 0]
        batch = self._batch or max(1, len(scaled))
        answers = []
        for at in range(0, max(1, len(scaled)), batch):
            some = scaled[at : at + batch]
            filled = np.resize(some, (batch, *some.shape[1:])) if self._batch else some
            answers.append(self._run(filled)[: len(some)])
        whole = np.concatenate(answers)
        return np.asarray(whole[:, None] if whole.ndim == CLASSIFIER else whole, np.float32)

    def _run(self, images: npt.NDArray[Any]) -> npt.NDArray[Any]:
        try:
            (answers,) = self.session.run([self._answer], {self._name: images})
        except Exception as error:  # onnxruntime has many kinds of errors, and no base of them
            reason = " ".join(str(error).split())
            raise SpecError(
                f"model: does not take images of {describe(self._image)} ({reason:.200})"
            ) from None
        return np.asarray(answers)

    def __call__(self, images: "Tensor", training: bool = False) -> "Tensor":
        """Answer a tensor; no gradient passes."""
        from harness.backend import tf

        answers = tf.numpy_function(self.logits, [images], tf.float32)
        answers.set_shape(self.output_shape)
        return answers


def open_session(file: Path) -> "InferenceSession":
    """Load an ONNX file on the processor.

    Raises:
        RequirementError: onnxruntime is not installed.
        SpecError: the file is missing, or no ONNX model.
    """
    try:
        import onnxruntime
    except ImportError:
        raise RequirementError(
            "onnxruntime is not installed; `pip install onnxruntime` reads ONNX files"
        ) from None
    if not file.is_file():
        raise SpecError(f"{file}: there is no such file")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what is wrong is raised
    try:
        return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # see _run
        reason = " ".join(str(error).split())
        raise SpecError(f"{file}: not an ONNX model ({reason:.200})") from None


def _order(sizes: list[int | None], shape: Shape) -> str:
    """Tell how a model takes an image: channels_last, channels_first or flat.

    Raises:
        SpecError: it takes images of another size.
    """
    height, width, channels = shape
    orders = {
        "channels_last": [height, width, channels],
        "channels_first": [channels, height, width],
        "flat": [height, width] if channels == 1 else [],
    }
    for order, wanted in orders.items():
        if len(sizes) == len(wanted) and all(
            size in (None, other) for size, other in zip(sizes, wanted, strict=True)
        ):
            return order
    raise SpecError(f"model: takes images {sizes}, and these are {list(shape)}")
