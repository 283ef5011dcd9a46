"""Models in files, taken into the store in the place of a training, and given back as networks."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.breakers.architecture_spec import ArchitectureSpec, describe
from harness.breakers.network import Network, Shape
from harness.breakers.pretrained import Pretrained
from harness.errors import HarnessError

if TYPE_CHECKING:
    from harness.array_types import Tensor


def import_model(name: str, options: Pretrained, data: Any, alphabet: str, folder: Path) -> Network:
    """Copy a model's file into the folder of a breaker, if it reads the captchas of a data set.

    Args:
        name: of the row.
        options: of the row.
        data: LabelledImages.
        alphabet: of the data set.
        folder: of the breaker; gets the file and breaker.json.

    Raises:
        HarnessError: it takes other images, or answers with other characters; in one line.
    """
    spec: ArchitectureSpec = {
        "architecture": name,
        "options": options.model_dump(mode="json"),
        "shape": data.images.shape[1:],
        "length": int(data.labels.shape[1]),
        "alphabet": alphabet,
        "blank": data.blank,
    }
    options.take(folder)
    network = network_of(options, folder, spec)
    length, classes = network.output_shape[1:]
    wanted = len(alphabet) + (data.blank is not None)
    if (length, classes) != (spec["length"], wanted):
        nothing = " and one for no character" if data.blank is not None else ""
        raise HarnessError(
            f"{options.path}: answers with {length} of {classes} classes; the data set has "
            f"{spec['length']} of {len(alphabet)} ({alphabet!r}){nothing}"
        )
    describe(folder, spec)
    return network


def network_of(options: Pretrained, folder: Path, spec: ArchitectureSpec) -> Network:
    """Load the network of an imported breaker, its classes in the order of the alphabet."""
    height, width, channels = spec["shape"]
    shape: Shape = (height, width, channels)
    network = options.network(options.kept(folder), shape)
    order = options.placed(spec["alphabet"], spec["blank"])
    if order is None or len(order) != network.output_shape[-1]:
        return network
    return _in_order(network, order)


def _in_order(network: Any, order: list[int]) -> Network:
    """Put the classes of a network into another order."""
    from harness.backend import keras

    if isinstance(network, keras.Model):
        answers = keras.ops.take(network.output, order, axis=-1)
        model: Network = keras.Model(network.input, answers)
        return model
    return _Ordered(network, order)


class _Ordered:
    """A network that is no Keras model, its classes in another order."""

    def __init__(self, network: Network, order: list[int]) -> None:
        self.network, self.order = network, order
        self.input_shape, self.output_shape = network.input_shape, network.output_shape

    def __call__(self, images: "Tensor", training: bool = False) -> "Tensor":
        from harness.backend import tf

        return tf.gather(self.network(images, training=training), self.order, axis=-1)
