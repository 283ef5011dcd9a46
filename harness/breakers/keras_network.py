"""Keras classifiers of other programs, in the shape that breakers have."""

import warnings
from pathlib import Path
from typing import Any

from harness.breakers.network import (
    CAPTCHA_READER,
    CLASSIFIER,
    UNIT,
    Bounds,
    Network,
    Shape,
    describe,
)
from harness.errors import SpecError


def keras_network(model: Any, shape: Shape, bounds: Bounds = UNIT) -> Network:
    """Give a Keras classifier the input and the output of a breaker.

    Args:
        model: a Keras 3 model with output [batch, classes] or [batch, length, classes].
        shape: of one image: height, width, channels. A model of [batch, height, width] takes
            images of one channel.
        bounds: the numbers that the model takes for black and for white.

    Returns:
        A Keras model that shares the weights: float32 [batch, height, width, channels] in [0, 1]
        to float32 [batch, length, classes].

    Raises:
        SpecError: the model is no classifier of such images; in one line, why.
    """
    from harness.backend import keras

    if not isinstance(model, keras.Model):
        raise SpecError(
            f"model: {type(model).__module__}.{type(model).__name__} is not a Keras 3 model; "
            "give a keras.Model, the path of an .onnx file, or an onnxruntime.InferenceSession"
        )
    if keras.backend.backend() != "tensorflow":
        raise SpecError(
            f"model: Keras runs on {keras.backend.backend()} here; start Python with "
            "KERAS_BACKEND=tensorflow"
        )
    flat = _takes(model, shape)
    pixels = keras.Input(shape, dtype="float32")
    given = keras.layers.Reshape(shape[:2])(pixels) if flat else pixels
    if bounds != UNIT:
        given = given * (bounds[1] - bounds[0]) + bounds[0]
    try:
        answers = model(given)
    except (ValueError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise SpecError(
            f"model: does not take images of {describe(shape)} ({reason:.200})"
        ) from None
    if isinstance(answers, list | tuple | dict):
        raise SpecError(
            f"model: has {len(answers)} outputs; build a keras.Model with the one that names the "
            "class"
        )
    network: Network = keras.Model(pixels, keras.ops.cast(_characters(answers), "float32"))
    return network


def _takes(model: Any, shape: Shape) -> bool:
    """Check a model's input; tell whether it takes images without channels.

    Raises:
        SpecError: it takes another size, several inputs, or whole numbers.
    """
    inputs = getattr(model, "inputs", None) or []
    if not inputs:  # a subclassed model, never built: it takes what it can
        return False
    if len(inputs) > 1:
        raise SpecError(f"model: has {len(inputs)} inputs; a classifier of images has one")
    wanted = tuple(inputs[0].shape[1:])
    if "float" not in str(inputs[0].dtype):
        raise SpecError(
            f"model: its input is {inputs[0].dtype}, through which no gradient passes; build it on "
            "keras.Input(..., dtype='float32')"
        )
    flat = len(wanted) == len(shape) - 1
    given = shape[:2] if flat and shape[2] == 1 else shape
    same = len(wanted) == len(given) and all(
        size in (None, other) for size, other in zip(wanted, given, strict=True)
    )
    if not same:
        raise SpecError(f"model: takes images {list(wanted)}, and these are {list(shape)}")
    return flat


def _characters(answers: Any) -> Any:
    """Give answers [batch, classes] one character.

    Raises:
        SpecError: they are no answers of a classifier.
    """
    from harness.backend import keras

    sizes = list(answers.shape[1:])
    if answers.ndim not in (CLASSIFIER, CAPTCHA_READER) or None in sizes:
        raise SpecError(
            f"model: its output is {['batch', *sizes]}; a classifier's is [batch, classes], a "
            "reader's [batch, length, classes]"
        )
    if sizes[-1] == 1:
        raise SpecError(
            "model: one output for each image; two classes are two outputs, as in "
            "keras.layers.Dense(2)"
        )
    return answers if len(sizes) > 1 else keras.layers.Reshape((1, sizes[0]))(answers)


def without_softmax(model: Any) -> Any:
    """Give a Keras classifier that ends in a softmax without it: with logits, which attacks need.

    Args:
        model: functional or Sequential, its last layer a softmax or a layer with that activation.

    Returns:
        Another model with the same weights, copied.

    Raises:
        SpecError: it does not end so.
    """
    from harness.backend import keras

    last: Any = model.layers[-1] if getattr(model, "layers", None) else None
    softmax = keras.activations.softmax
    plain = last is not None and getattr(last, "output", None) is model.outputs[0]
    if isinstance(last, keras.layers.Softmax) and plain:
        return keras.Model(model.inputs[0], last.input)
    if plain and getattr(last, "activation", None) is softmax:
        if isinstance(last, keras.layers.Activation):
            return keras.Model(model.inputs[0], last.input)
        bare = type(last).from_config({**last.get_config(), "activation": "linear"})
        stripped = keras.Model(model.inputs[0], bare(last.input))
        bare.set_weights(last.get_weights())
        return stripped
    raise SpecError(
        "model: its last layer is no softmax; build a keras.Model whose output is what the softmax "
        "takes"
    )


def load_keras(file: Path) -> Any:
    """Load a .keras file in safe mode: no code in it is run.

    Raises:
        SpecError: it is none, or holds code (a Lambda layer) or layers of its author's own.
    """
    from harness.backend import keras

    if file.suffix != ".keras":
        raise SpecError(f"{file}: not a .keras file; save the model by model.save('my.keras')")
    if not file.is_file():
        raise SpecError(f"{file}: there is no such file")
    try:
        with warnings.catch_warnings():
            # A network inside the network may have an optimizer, which nothing here needs.
            warnings.filterwarnings("ignore", message="Skipping variable loading for optimizer")
            return keras.saving.load_model(file, compile=False, safe_mode=True)
    except Exception as error:  # of a file of somebody's, Keras raises anything
        reason = " ".join(str(error).split())
        if "lambda" in reason.lower():
            raise SpecError(
                f"{file}: holds a Lambda layer, which is code, and code in a model file is not "
                "run; build it of Keras's own layers, or call harness.attack(model, ...) in the "
                "program that has the model"
            ) from None
        raise SpecError(f"{file}: cannot be loaded ({reason:.200})") from None
