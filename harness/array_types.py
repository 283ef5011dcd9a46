"""Names for the arrays, tensors and models that rooms hand to each other.

Nothing heavy is imported here: plans, specs and command lines use these names as well.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

# TensorFlow and Keras carry no types. What is theirs is named here, once, and nowhere else.
Tensor: TypeAlias = Any  # a tf.Tensor, a Keras tensor, or an array that becomes one
TensorSpec: TypeAlias = Any  # shape and dtype of a tensor, or a NamedTuple of such
KerasModel: TypeAlias = Any
KerasLayer: TypeAlias = Any
KerasOptimizer: TypeAlias = Any

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]  # numbers of captchas in a batch
Classes = npt.NDArray[np.int32]  # class numbers [n, length], as TensorFlow takes them
# Class numbers [n, length], as they are stored; uint16 of models with more than 256 classes.
Labels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.float32]
Shape = tuple[int, int, int]  # of one image: height, width, channels

# Changes images float32 [batch, height, width, channels] in [0, 1]; the shape stays.
Filter = Callable[[Tensor], Tensor]
