"""Foolbox in an environment of its own, which numpy 2 has no place in: a program, not a module.

`python foolbox_peer.py FOLDER`, with weights.npz and layers.json of an exported breaker and
images.npz (images uint8, labels). Then on each line of stdin the radii of a curve, as JSON; on
stdout the seconds and what is left at each. This file knows nothing of the project: it is also a
second opinion on what is exported.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import foolbox
import numpy as np
import tensorflow as tf

STEPS, BATCH = 40, 256


def network(folder: Path) -> Any:
    """Give the exported layers as plain operations: images in, logits of the one character out."""
    layers = json.loads((folder / "layers.json").read_text())["layers"]
    with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
        weights = {layer["name"]: [tf.constant(arrays[n]) for n in layer["weights"]]
                   for layer in layers}  # fmt: skip

    def logits(images: Any) -> Any:
        outputs = {"": images}
        for layer in layers:
            takes = [outputs[name] for name in layer["takes"]]
            outputs[layer["name"]] = outputs[""] = applied(
                layer, takes or [images], weights[layer["name"]]
            )
        return outputs[""]

    return logits


def applied(layer: dict[str, Any], takes: list[Any], weights: list[Any]) -> Any:
    """Apply one layer to what it takes."""
    config, images = layer["config"], takes[0]
    match layer["kind"]:
        case "Conv2D":
            output = tf.nn.conv2d(images, weights[0], config["strides"], config["padding"].upper())
        case "Dense":
            output = images @ weights[0]
        case "BatchNormalization":
            gamma, beta, mean, variance = weights
            slope = gamma * tf.math.rsqrt(variance + config["epsilon"])
            return images * slope + (beta - mean * slope)
        case "MaxPooling2D":
            return tf.nn.max_pool2d(
                images, config["pool_size"], config["strides"], config["padding"].upper()
            )
        case "Flatten":
            return tf.reshape(images, [-1, *layer["gives"]])
        case "InputLayer" | "Dropout" | "Cast" | "Stack":  # one character: nothing to stack
            return images
        case other:
            raise SystemExit(f"no {other} here")
    output = output + weights[1] if config["use_bias"] else output
    return tf.nn.relu(output) if config["activation"] == "relu" else output


def curve(model: Any, images: Any, labels: Any, radii: list[float]) -> tuple[float, list[float]]:
    """Give the seconds of a PGD at each radius, and the accuracy that each leaves."""
    attack = foolbox.attacks.LinfPGD(steps=STEPS, rel_stepsize=2.5 / STEPS)
    begin = time.perf_counter()
    left = np.zeros(len(radii))
    for at in range(0, len(images), BATCH):
        some = slice(at, at + BATCH)
        _raw, _clipped, broken = attack(model, images[some], labels[some], epsilons=radii)
        left += (~broken.numpy()).sum(axis=1)
    return time.perf_counter() - begin, [float(share) for share in left / len(images)]


def main() -> None:
    """Answer one line after the other."""
    folder = Path(sys.argv[1])
    with np.load(folder / "images.npz", allow_pickle=False) as given:
        images = tf.constant(given["images"].astype(np.float32) / 255)
        labels = tf.constant(given["labels"].astype(np.int32))
    # tf.function: called step by step, as Foolbox would call it, the network is slower still.
    compiled = tf.function(network(folder), autograph=False, reduce_retracing=True)
    model = foolbox.TensorFlowModel(compiled, bounds=(0, 1))
    for line in sys.stdin:
        seconds, left = curve(model, images, labels, json.loads(line))
        print(json.dumps({"seconds": seconds, "left": left}), flush=True)


if __name__ == "__main__":
    main()
