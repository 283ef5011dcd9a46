"""The MNIST experiment: as published (one image at a time, in a Python loop), and as a sweep."""

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.page import table
from harness.datasets.published.mnist_source import fetch
from harness.sweep import sweepfile
from workers.here import carry_out_all
from workers.home import start_text
from workers.progress import Silence

HOME = Path(__file__).parents[1] / "runs"
EPSILON = 0.1


def measure() -> str:
    """Both, one after the other, and what each of them found."""
    fetch(HOME / "downloads")
    published = as_published()
    ours = as_sweep()
    rows = [
        (name, *(f"{published[name]:.4g}", f"{ours[name]:.4g}"))
        for name in (
            "clean %",
            "FGSM 0.1 %",
            "clean % after fine-tuning",
            "old FGSM images % after fine-tuning",
            "seconds training",
            "seconds of perturbed images",
            "seconds fine-tuning",
            "seconds in all",
        )
    ]
    fresh = f"{ours['fresh FGSM 0.1 % after fine-tuning']:.4g}"
    rows.insert(4, ("fresh FGSM images % after fine-tuning", "not measured", fresh))
    ratio = ours["seconds in all"] / published["seconds in all"]
    return (
        "## The MNIST experiment against its published procedure\n\n"
        "simple_cnn, 20 epochs on 60,000; FGSM 0.1 on the 10,000 test images; fine-tuning, 10 "
        "epochs on 10,000 perturbed images. Published: Keras `fit`, one gradient at a time in a "
        "Python loop, fine-tuned and measured on the same test images, which may leave [0, 1]. "
        "Sweep: the same FGSM, fine-tuned on training images, measured on old and on fresh test "
        "images.\n\n"
        + table(("", "published procedure", "this project"), rows)
        + f"\n\nThe sweep takes {ratio:.2f} of the published procedure's time."
    )


def as_published() -> dict[str, float]:
    """The published procedure: Keras layers, `fit`, and a loop over images."""
    from harness.backend import keras, tf

    with np.load(fetch(HOME / "downloads")) as file:
        train, test = (file[f"{name}_images"][..., None] / np.float32(255) for name in SPLITS)
        labels, test_labels = (file[f"{name}_labels"] for name in SPLITS)
    keras.utils.set_random_seed(2)
    model = _network(keras)
    found: dict[str, float] = {}
    clock = _Clock(found)
    told = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
    model.compile(keras.optimizers.Adam(1e-3), **told)
    with clock("seconds training"):
        model.fit(train, labels, batch_size=64, epochs=20, verbose=0)
        found["clean %"] = 100 * model.evaluate(test, test_labels, verbose=0)[1]
    with clock("seconds of perturbed images"):
        bits = np.eye(10, dtype=np.float32)[test_labels]
        perturbed = np.empty_like(test)
        for number in range(len(test)):
            image = tf.constant(test[number : number + 1])
            with tf.GradientTape() as tape:
                tape.watch(image)
                error = keras.losses.mean_squared_error(bits[number : number + 1], model(image))
            perturbed[number] = image + EPSILON * tf.sign(tape.gradient(error, image))
        found["FGSM 0.1 %"] = 100 * model.evaluate(perturbed, test_labels, verbose=0)[1]
    with clock("seconds fine-tuning"):
        model.compile(keras.optimizers.Adam(1e-4), **told)
        model.fit(perturbed, test_labels, batch_size=64, epochs=10, verbose=0)
        after = model.evaluate(test, test_labels, verbose=0)[1]
        stale = model.evaluate(perturbed, test_labels, verbose=0)[1]
    found["clean % after fine-tuning"] = 100 * after
    found["old FGSM images % after fine-tuning"] = 100 * stale
    found["seconds in all"] = sum(v for name, v in found.items() if name.startswith("seconds"))
    return found


SPLITS = ("train", "test")


class _Clock:
    """`with clock(name)`: adds the seconds to a dict."""

    def __init__(self, found: dict[str, float]) -> None:
        self.found = found

    def __call__(self, name: str) -> "_Clock":
        self.name = name
        return self

    def __enter__(self) -> None:
        self.start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.found[self.name] = time.perf_counter() - self.start


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


def as_sweep() -> dict[str, float]:
    """The same experiment as a sweep in an empty home: every step is done, none is at hand."""
    text = (sweepfile.FROZEN / "reference-mnist-fgsm.toml").read_text()
    lines = text.replace("[attacks.fgsm_as_published]", "[attacks.published]")
    sweep = lines.replace(
        'dataset = "mnist"\n',
        'dataset = "mnist"\nattacks = ["published"]\ndefenses = ["finetune"]\n',
    )
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        (home / "downloads").symlink_to(HOME / "downloads")
        start = time.perf_counter()
        run = start_text(sweep, home)
        carry_out_all(run, Silence())
        document, _page = run.report()
        found = {"seconds in all": time.perf_counter() - start}
        seconds = {
            step.label: float(artifact.notes["seconds"])
            for step in run.plan.steps
            if (artifact := run.store.find(step.kind, step.digest))
        }
    for breaker in document.breakers:
        after = "" if breaker.defense == "none" else " after fine-tuning"
        found[f"clean %{after}"] = 100 * float(breaker.columns()["captcha_accuracy"] or 0)
    names = {
        ("none", "white_box"): "FGSM 0.1 %",
        ("finetune", "transfer"): "old FGSM images % after fine-tuning",
        ("finetune", "white_box"): "fresh FGSM 0.1 % after fine-tuning",
    }
    for row in document.rows:
        if row.attack == "published" and row.epsilon == EPSILON:
            rate = 100 * float(row.columns()["captcha_accuracy"] or 0)
            found[names[row.defense, row.knowledge]] = rate
    found["seconds training"] = seconds["train simple_cnn"] + seconds["read with simple_cnn"]
    found["seconds fine-tuning"] = seconds["finetune simple_cnn"]
    found["seconds of perturbed images"] = sum(
        taken for label, taken in seconds.items() if label.startswith("published")
    )
    return found
