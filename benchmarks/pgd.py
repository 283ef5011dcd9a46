"""PGD-40 at one radius: image-gradients per second, this project and ART on the same model."""

import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.page import table
from harness import sweepfile
from harness.attacks.pgd import Pgd
from harness.breakers.reader import trained_reader
from harness.datasets.generator import unwatched
from harness.steps import carry_out, labelled
from workers.home import Run, start

HOME = Path(__file__).parents[1] / "runs"
EPSILON, STEPS, IMAGES, ROUNDS = 0.1, 40, 1000, 5
BATCH = 256


def trained(defense: str = "none") -> tuple[Any, Any, Any]:
    """A reader with the reference simple_cnn, and MNIST test images; trained first if need be."""
    run: Run = start(sweepfile.FROZEN / "reference-mnist-fgsm.toml", HOME)
    label = "train simple_cnn" if defense == "none" else f"{defense} simple_cnn"
    wanted = next(step for step in run.plan.steps if step.label == label)
    test = next(step for step in run.plan.steps if step.label == "draw mnist test")
    for step in run.plan.steps:
        if step in (wanted, test) or (step.kind, step.digest) in wanted.needs:
            carry_out(step, run.store, run.sources)
    folder = run.store.path("breakers", wanted.digest)
    found = run.store.find("datasets", test.digest)
    if found is None:
        raise RuntimeError("the test split is drawn above")
    data = labelled(found)
    return trained_reader(folder), np.array(data.images[:IMAGES]), data.labels[:IMAGES]


def art_classifier(model: Any) -> Any:
    """The same model as ART wants it."""
    from art.estimators.classification import TensorFlowV2Classifier

    from harness.backend import keras, tf

    flat = keras.Sequential([keras.Input((28, 28, 1)), model, keras.layers.Reshape((10,))])
    return TensorFlowV2Classifier(
        model=flat,
        nb_classes=10,
        input_shape=(28, 28, 1),
        loss_object=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        clip_values=(0.0, 1.0),
    )


def measure() -> str:
    """Rounds in turn, the median of the ratios."""
    from art.attacks.evasion import ProjectedGradientDescent

    reader, images, labels = trained()
    classifier = art_classifier(reader.model)
    peer = ProjectedGradientDescent(
        classifier, norm=np.inf, eps=EPSILON, eps_step=2.5 * EPSILON / STEPS, max_iter=STEPS,
        num_random_init=1, batch_size=BATCH, verbose=False,
    )  # fmt: skip
    pixels = images.astype(np.float32) / 255
    attack = Pgd(steps=STEPS, share=False)
    ours, theirs, ratios = [], [], []
    left = {"ours": 0.0, "art": 0.0}
    for round_number in range(ROUNDS + 1):
        begin = time.perf_counter()
        radius = next(attack.perturb(reader, images, labels, [EPSILON], 0, unwatched))
        rate = radius.gradients / (time.perf_counter() - begin)
        begin = time.perf_counter()
        found = peer.generate(pixels, labels[:, 0].astype(np.int64))
        peer_rate = IMAGES * STEPS / (time.perf_counter() - begin)
        left["ours"] = float((reader.read(radius.images) == labels).mean())
        left["art"] = float((reader.read(found.astype(np.float32)) == labels).mean())
        if round_number:  # the first one compiles
            ours.append(rate)
            theirs.append(peer_rate)
            ratios.append(rate / peer_rate)
    precision = "bfloat16" if reader.swift else "float32"
    rows = [
        ("image-gradients per second", f"{statistics.median(ours):,.0f}",
         f"{statistics.median(theirs):,.0f}"),
        ("accuracy left", f"{100 * left['ours']:.1f} %", f"{100 * left['art']:.1f} %"),
    ]  # fmt: skip
    return (
        f"## PGD-{STEPS} at one radius against ART 1.20.1\n\n"
        f"MNIST, simple_cnn, linf {EPSILON}, {IMAGES:,} test images, one random start, batches of "
        f"{BATCH}; {ROUNDS} rounds in turn after one to compile, medians. Only gradients "
        "that were really taken are counted: images that are broken leave our batch, and none "
        f"leaves ART's. ART searches in float32, this project in {precision}; both are judged in "
        "float32.\n\n"
        + table(("", "this project", "ART"), rows)
        + f"\n\nRatio of the rates, median: {statistics.median(ratios):.2f} "
        f"(from {min(ratios):.2f} to {max(ratios):.2f})."
    )
