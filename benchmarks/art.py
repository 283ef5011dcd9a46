"""ART 1.20.1 as a peer: the same model, and attacks with the budgets of ours."""

from typing import Any

import numpy as np

BATCH = 256
STEPS = 40


def classifier(model: Any) -> Any:
    """Wrap a Keras model as ART wants it."""
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


def pgd(model: Any, epsilon: float) -> Any:
    """Give PGD-40 with one random start."""
    from art.attacks.evasion import ProjectedGradientDescent

    return ProjectedGradientDescent(
        model, norm=np.inf, eps=epsilon, eps_step=2.5 * epsilon / STEPS, max_iter=STEPS,
        num_random_init=1, batch_size=BATCH, verbose=False,
    )  # fmt: skip


def strongest(model: Any, epsilon: float) -> dict[str, Any]:
    """Give ART's attacks with the budgets of those in `auto`."""
    from art.attacks.evasion import (
        AutoProjectedGradientDescent,
        ProjectedGradientDescent,
        SquareAttack,
    )

    size = {"eps": epsilon, "batch_size": BATCH}
    apgd = {"eps_step": 2 * epsilon, "max_iter": 100, "nb_random_init": 1, "verbose": False}
    return {
        "ART PGD-100": ProjectedGradientDescent(
            model, eps_step=epsilon / 40, max_iter=100, num_random_init=1, norm=np.inf,
            verbose=False, **size,
        ),
        "ART APGD-CE": AutoProjectedGradientDescent(
            model, loss_type="cross_entropy", norm=np.inf, **apgd, **size
        ),
        "ART APGD-DLR": AutoProjectedGradientDescent(
            model, loss_type="difference_logits_ratio", norm=np.inf, **apgd, **size
        ),
        "ART Square, 1,000 queries": SquareAttack(
            model, eps=epsilon, max_iter=1000, nb_restarts=1, batch_size=BATCH, verbose=False
        ),
    }  # fmt: skip
