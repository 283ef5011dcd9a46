"""Training of a breaker: batches of memory-mapped images in one compiled loop of many steps."""

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from harness.array_types import KerasModel, KerasOptimizer
from harness.breakers.architecture import Recipe
from harness.breakers.optimizers import optimizer
from harness.breakers.reader import Reader
from harness.breakers.training_blocks import chunks, train_on
from harness.breakers.training_loop import PLAIN, Objective, compiled_steps
from harness.files.checkpoint import NO_CHECKPOINT, Checkpoint
from harness.images.labelled import LabelledImages
from harness.metrics import accuracies, constant_accuracy
from harness.progress import Progress
from harness.seeds import child_seed

ABOVE = 0.02  # character accuracy above chance from which on something has been learned


# Gives the images of an epoch: 1, 2, ...; and whether it is the last one.
EpochSupply = Callable[[int, bool], LabelledImages]


def fit(
    model: KerasModel,
    recipe: Recipe,
    data: LabelledImages,
    validation: LabelledImages | None,
    seed: int,
    progress: Progress,
    supply: EpochSupply | None = None,
    objective: Objective = PLAIN,
    checkpoint: Checkpoint = NO_CHECKPOINT,
) -> list[dict[str, float]]:
    """Train a model in place.

    Args:
        model: from Architecture.build.
        recipe: epochs, batch size, optimizer, loss.
        data: training images; only a few thousand at a time are in memory.
        validation: measured after each epoch; None: not measured.
        seed: decides the order of the images, fresh in each epoch.
        progress: told how far it is.
        supply: gives other images for each epoch, as many as `data` has; None: `data` in each.
        objective: what is lowered: the loss on the images, or what a defense makes of it.
        checkpoint: after an epoch, where it is kept; at the start, what is gone on from. The same
            weights come of it as if nothing had happened.

    Returns:
        One row per epoch: epoch, loss (mean per captcha), character_accuracy (while training),
        validation_character_accuracy, validation_captcha_accuracy, what the objective measures,
        seconds.
    """
    if recipe.schedule == "plateau":
        from harness.breakers.plateau_training import fit_until_plateau

        return fit_until_plateau(
            model, recipe, data, validation, seed, progress, supply, checkpoint
        )
    epochs = recipe.passes(len(data))
    total_steps = epochs * -(-len(data) // recipe.batch_size)
    optimize = optimizer(recipe, total_steps)
    optimize.build(model.trainable_variables)
    steps = compiled_steps(model, recipe, optimize, data.images.dtype, total_steps, seed, objective)
    length = data.labels.shape[1]
    best, reader = BestEpoch(model, recipe.patience), Reader(model)
    chance, stuck = constant_accuracy(data.labels), ""
    history = _resumed(checkpoint, model, optimize, best)
    for epoch in range(len(history) + 1, epochs + 1):
        start = time.perf_counter()
        order = np.random.default_rng(child_seed(seed, "order", epoch)).permutation(len(data))
        total, right, seen = 0.0, 0.0, 0
        if supply:
            data = supply(epoch, epoch == epochs)
        for rows in chunks(order, recipe.batch_size):
            now = train_on(steps, data, rows)
            total, right = total + now[0], right + now[1]
            seen += rows.size
            note = f"epoch {epoch}/{epochs}, loss {total / seen:.3f}{stuck}"
            progress((epoch - 1) * len(data) + seen, epochs * len(data), note)
        row = {
            "epoch": epoch,
            "loss": total / seen,
            "character_accuracy": right / (seen * length),
        }
        stuck = "" if row["character_accuracy"] > chance + ABOVE else ", at chance so far"
        if validation:
            classes = reader.read(validation.images)
            characters, captchas = accuracies(classes, validation.labels, validation.blank)
            row["validation_character_accuracy"] = characters
            row["validation_captcha_accuracy"] = captchas
            row |= objective.measured(reader, validation)
        history.append({**row, "seconds": time.perf_counter() - start})
        if validation and recipe.patience and best.enough(row):
            break
        facts = {"history": history, "reached": best.reached, "since": best.since}
        variables = [*model.variables, *optimize.variables]
        checkpoint.save(variables, best.weights or (), facts)
    best.restore()
    return history


def _resumed(
    checkpoint: Checkpoint, model: KerasModel, optimize: KerasOptimizer, best: "BestEpoch"
) -> list[dict[str, float]]:
    """Restore an interrupted training, and give the history of the epochs that are done."""
    restored = checkpoint.restore([*model.variables, *optimize.variables])
    if restored is None:
        return []
    weights, facts = restored
    best.weights = weights or None
    best.reached, best.since = (*facts["reached"],), facts["since"]
    history: list[dict[str, float]] = facts["history"]
    return history


class BestEpoch:
    """Early stopping: keeps the weights of the best epoch, for recipes with patience."""

    def __init__(self, model: KerasModel, patience: int) -> None:
        """Begin without a best epoch."""
        self.model, self.patience = model, patience
        self.reached: tuple[float, float] = (-1.0, -1.0)
        self.since = 0
        self.weights: list[npt.NDArray[np.float32]] | None = None

    def enough(self, row: dict[str, float]) -> bool:
        """Compare an epoch with the best one; tell whether patience is at its end."""
        reached = row["validation_captcha_accuracy"], row["validation_character_accuracy"]
        self.since += 1
        if reached >= self.reached:
            self.reached, self.since = reached, 0
            self.weights = self.model.get_weights()
        return self.since >= self.patience

    def restore(self) -> None:
        """Set the model's weights to those of the best epoch."""
        if self.weights is not None:
            self.model.set_weights(self.weights)
