"""The MNIST experiment: as published (one image at a time, in a Python loop), and as a sweep."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import steps
from benchmarks.measured import HOME
from commands.report import write_report
from harness.datasets.published.mnist_source import fetch
from harness.results.document import Document
from harness.results.rows.row import UNDEFENDED
from harness.runs.creation import start_text
from harness.runs.local_execution import carry_out_all
from harness.runs.progress import Silence
from harness.sweep import sweepfile

EPSILON = 0.1
SPLITS = ("train", "test")
BREAKER, DEFENSE, ATTACK = "simple_cnn", "finetune", "published"


@dataclass(frozen=True)
class Procedure:
    """What one procedure reads, in percent, and how many seconds it takes.

    Attributes:
        clean: before fine-tuning; fgsm: of FGSM images; clean_after, stale, fresh: after
            fine-tuning, of clean images, of the same FGSM images, of new ones.
        total: of the whole experiment.
    """

    clean: float
    fgsm: float
    clean_after: float
    stale: float
    fresh: float | None
    training: float
    perturbing: float
    finetuning: float
    total: float


@dataclass(frozen=True)
class Comparison:
    """Both procedures, one after the other."""

    published: Procedure
    sweep: Procedure

    @property
    def ratio(self) -> float:
        """Divide the sweep's seconds by those of the published procedure."""
        return self.sweep.total / self.published.total


def measure() -> Comparison:
    """Carry out both, one after the other."""
    fetch(HOME / "downloads")
    return Comparison(as_published(), as_sweep())


def as_published() -> Procedure:
    """Carry out the published procedure: Keras layers, `fit`, and a loop over images."""
    from harness.backend import keras, tf

    with np.load(fetch(HOME / "downloads")) as file:
        train, test = (file[f"{name}_images"][..., None] / np.float32(255) for name in SPLITS)
        labels, test_labels = (file[f"{name}_labels"] for name in SPLITS)
    keras.utils.set_random_seed(2)
    model = _network(keras)
    loss: dict[str, Any] = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
    model.compile(keras.optimizers.Adam(1e-3), **loss)
    begin = time.perf_counter()
    model.fit(train, labels, batch_size=64, epochs=20, verbose=0)
    clean = model.evaluate(test, test_labels, verbose=0)[1]
    is_trained = time.perf_counter()
    bits = np.eye(10, dtype=np.float32)[test_labels]
    perturbed = np.empty_like(test)
    for number in range(len(test)):
        image = tf.constant(test[number : number + 1])
        with tf.GradientTape() as tape:
            tape.watch(image)
            error = keras.losses.mean_squared_error(bits[number : number + 1], model(image))
        perturbed[number] = image + EPSILON * tf.sign(tape.gradient(error, image))
    fgsm = model.evaluate(perturbed, test_labels, verbose=0)[1]
    is_perturbed = time.perf_counter()
    model.compile(keras.optimizers.Adam(1e-4), **loss)
    model.fit(perturbed, test_labels, batch_size=64, epochs=10, verbose=0)
    clean_after = model.evaluate(test, test_labels, verbose=0)[1]
    stale = model.evaluate(perturbed, test_labels, verbose=0)[1]
    end = time.perf_counter()
    return Procedure(
        clean=100 * clean,
        fgsm=100 * fgsm,
        clean_after=100 * clean_after,
        stale=100 * stale,
        fresh=None,
        training=is_trained - begin,
        perturbing=is_perturbed - is_trained,
        finetuning=end - is_perturbed,
        total=end - begin,
    )


def _network(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (32, 64):
        model.add(layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu"))
        model.add(layers.BatchNormalization())
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.BatchNormalization())
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def as_sweep() -> Procedure:
    """Carry out the same experiment as a sweep in an empty home: every step is done anew."""
    text = (sweepfile.FROZEN / "reference-mnist-fgsm.toml").read_text()
    lines = text.replace("[attacks.fgsm_as_published]", f"[attacks.{ATTACK}]")
    sweep = lines.replace(
        'dataset = "mnist"\n',
        f'dataset = "mnist"\nattacks = ["{ATTACK}"]\ndefenses = ["{DEFENSE}"]\n',
    )
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "downloads").symlink_to(HOME / "downloads")
        begin = time.perf_counter()
        run = start_text(sweep, home)
        carry_out_all(run, Silence())
        document, _page = write_report(run)
        total = time.perf_counter() - begin
        training = [steps.trained(run, BREAKER), steps.read(run, BREAKER)]
        return Procedure(
            clean=_clean(document, UNDEFENDED),
            fgsm=_attacked(document, UNDEFENDED, "white_box"),
            clean_after=_clean(document, DEFENSE),
            stale=_attacked(document, DEFENSE, "transfer"),
            fresh=_attacked(document, DEFENSE, "white_box"),
            training=steps.seconds(run, training),
            perturbing=steps.seconds(run, steps.curves(run, ATTACK)),
            finetuning=steps.seconds(run, [steps.trained(run, BREAKER, DEFENSE)]),
            total=total,
        )


def _clean(document: Document, defense: str) -> float:
    """Give the percentage of clean images that the breaker reads with a defense."""
    (breaker,) = (breaker for breaker in document.breakers if breaker.defense == defense)
    return 100 * (breaker.captcha_accuracy or 0)


def _attacked(document: Document, defense: str, knowledge: str) -> float:
    """Give the percentage that is left of FGSM images."""
    (row,) = (
        row
        for row in document.rows
        if (row.attack, row.epsilon, row.defense, row.knowledge)
        == (ATTACK, EPSILON, defense, knowledge)
    )
    return 100 * (row.captcha_accuracy or 0)
