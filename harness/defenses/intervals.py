"""Interval bounds: what a network can answer anywhere within a ball, computed and not searched."""

from collections.abc import Callable

from harness.array_types import KerasLayer, KerasModel, Tensor
from harness.backend import tf
from harness.breakers.batch_norm import BatchNorm
from harness.errors import HarnessError

HEAD = "fc"  # the dense layers that give logits, one for each character


def margins(model: KerasModel, images: Tensor, labels: Tensor, epsilon: Tensor) -> Tensor:
    """Bound how far each class can come above the right one, anywhere in the ball.

    Args:
        model: a Keras model of convolutions, pools, dense layers, and one head a character.
        images: float32 [batch, height, width, channels] in [0, 1].
        labels: the right classes, int32 [batch, length].
        epsilon: radius of the linf ball, which ends at 0 and 1.

    Returns:
        Float32 [batch, length, classes], 0 for the right class. Where all others are below 0, no
        image of the ball is misread.

    Raises:
        HarnessError: the model has a layer that no bound is known for.

    Source:
        Gowal et al. 2018 (interval bound propagation), sections 3.1 and 3.2: centers and radii,
        and the last layer taken together with the question.
    """
    return margins_in(model, model.inputs[0], *ball(images, epsilon), labels)


def ball(images: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor]:
    """Give the lowest and the highest value of each pixel within the linf ball, in [0, 1]."""
    return tf.maximum(images - epsilon, 0.0), tf.minimum(images + epsilon, 1.0)


def margins_in(
    model: KerasModel, begin: Tensor, low: Tensor, high: Tensor, labels: Tensor
) -> Tensor:
    """Bound the margins of `margins` over a box of values for one tensor within the model.

    Args:
        model: see margins.
        begin: the Keras tensor; the layers before it are left out.
        low: the least values, float32 [batch, *its shape]; high: the greatest.
        labels: the right classes, int32 [batch, length].
    """
    known = {id(begin): ((low + high) / 2, (high - low) / 2)}
    heads: list[Tensor] = []
    for layer in model.operations[1:]:
        node = layer._inbound_nodes[0]
        source = known.get(id(node.input_tensors[0]))
        if source is None:  # what comes before, and what puts the heads together
            continue
        if layer.name.startswith(HEAD):
            heads.append(_beyond(layer, *source, labels[:, len(heads)]))
        else:
            known[id(node.output_tensors[0])] = _through(layer, *source)
    if len(heads) != model.output_shape[1]:
        raise HarnessError(f"bounds are known for {len(heads)} of {model.output_shape[1]} heads")
    return tf.stack(heads, axis=1)


def behind_ramps(model: KerasModel, low: Tensor, high: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Carry a box of pixels through the first layers that take each pixel by itself, without loss.

    Returns:
        The Keras tensor behind them (the input, where there are none), and its box, float32.
    """
    begin = model.inputs[0]
    for layer in model.operations[1:]:
        node = layer._inbound_nodes[0]
        alone = type(layer).__name__ in ("ReLU", "Relu") or (
            type(layer).__name__ == "Conv2D" and tuple(layer.kernel.shape) == (1, 1, 1, 1)
        )
        if node.input_tensors[0] is not begin or not alone:
            break
        center, radius = _through(layer, (low + high) / 2, (high - low) / 2)
        low, high, begin = center - radius, center + radius, node.output_tensors[0]
    return begin, tf.cast(low, tf.float32), tf.cast(high, tf.float32)


def _through(layer: KerasLayer, center: Tensor, radius: Tensor) -> tuple[Tensor, Tensor]:
    """Carry center and radius through one layer, in its own precision."""
    dtype = getattr(layer, "compute_dtype", center.dtype)
    center, radius = tf.cast(center, dtype), tf.cast(radius, dtype)
    match type(layer).__name__:
        case "Conv2D":
            kernel = tf.cast(layer.kernel, dtype)
            strides, padding = layer.strides, layer.padding.upper()
            center = tf.nn.conv2d(center, kernel, strides, padding)
            radius = tf.nn.conv2d(radius, tf.abs(kernel), strides, padding)
        case "Dense":
            kernel = tf.cast(layer.kernel, dtype)
            center, radius = center @ kernel, radius @ tf.abs(kernel)
        case "BatchNorm":
            slope, level = (tf.cast(part, dtype) for part in _affine(layer))
            return center * slope + level, radius * tf.abs(slope)
        case "MaxPooling2D" | "ReLU" | "Relu":
            return _monotone(layer, center, radius)
        case "Flatten":
            return layer(center), layer(radius)
        case "Dropout":
            return center, radius
        case kind:
            raise _unknown(f"a layer {kind}")
    if layer.use_bias:
        center = center + tf.cast(layer.bias, dtype)
    if layer.activation.__name__ == "relu":
        return _monotone(tf.nn.relu, center, radius)
    if layer.activation.__name__ != "linear":
        raise _unknown(f"an activation {layer.activation.__name__}")
    return center, radius


def _unknown(what: str) -> HarnessError:
    return HarnessError(
        f"no interval bound is known for {what}; choose threshold_cnn, two_conv, simple_cnn or "
        "four_heads, on gray captchas"
    )


def _monotone(
    function: Callable[[Tensor], Tensor], center: Tensor, radius: Tensor
) -> tuple[Tensor, Tensor]:
    """Carry an interval through a function that never falls: its ends go through it."""
    low, high = function(center - radius), function(center + radius)
    return (low + high) / 2, (high - low) / 2


def _affine(layer: BatchNorm) -> tuple[Tensor, Tensor]:
    """Give slope and level of a batch normalization that has been trained."""
    level = layer(tf.zeros([1, layer.scale.shape[0]]), training=False)
    return layer(tf.ones([1, layer.scale.shape[0]]), training=False) - level, level


def _beyond(layer: KerasLayer, center: Tensor, radius: Tensor, labels: Tensor) -> Tensor:
    """Bound all logits less the right one from above, float32 [batch, classes]."""
    center, radius = tf.cast(center, tf.float32), tf.cast(radius, tf.float32)
    kernel = tf.transpose(layer.kernel)
    apart = kernel[None] - tf.gather(kernel, labels)[:, None]
    bias = layer.bias[None] - tf.gather(layer.bias, labels)[:, None]
    middle = tf.einsum("bf,bcf->bc", center, apart)
    return middle + tf.einsum("bf,bcf->bc", radius, tf.abs(apart)) + bias
