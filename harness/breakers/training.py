"""Training of a breaker: batches of memory-mapped images in one compiled loop of many steps."""

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from harness.array_types import KerasModel, KerasOptimizer, Tensor
from harness.backend import compiled, tf
from harness.breakers.architecture import Recipe
from harness.breakers.augmentation import distorted, shifted
from harness.breakers.optimizers import optimizer
from harness.breakers.reader import Reader
from harness.breakers.training_blocks import TrainingLoop, chunks, train_on
from harness.files.checkpoint import NO_CHECKPOINT, Checkpoint
from harness.images.labelled import LabelledImages
from harness.metrics import accuracies, constant_accuracy
from harness.progress import Progress
from harness.seeds import child_seed

ABOVE = 0.02  # character accuracy above chance from which on something has been learned
FADED = 0.7  # share by which the distortion is reduced at the end


# Gives the images of an epoch: 1, 2, ...; and whether it is the last one.
EpochSupply = Callable[[int, bool], LabelledImages]


def loss(name: str, labels: Tensor, logits: Tensor) -> Tensor:
    """Compute the training loss of each captcha.

    Args:
        name: cross_entropy, the sum over the characters; or binary_cross_entropy, the mean over
            the bits of the one-hot label (length * classes of them), of softmax outputs.
        labels: int32 [batch, length].
        logits: float32 [batch, length, classes].

    Returns:
        float32 [batch].
    """
    if name == "cross_entropy":
        each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
        return tf.reduce_sum(each, axis=1)
    bits = tf.one_hot(labels, logits.shape[-1])
    chance = tf.clip_by_value(tf.nn.softmax(logits), 1e-7, 1 - 1e-7)
    each = -(bits * tf.math.log(chance) + (1 - bits) * tf.math.log(1 - chance))
    return tf.reduce_mean(each, axis=(1, 2))


class Objective:
    """Objective that a training minimizes: here, the loss on the images as they are.

    A defense replaces it: it perturbs the images first, or minimizes something else.
    """

    def changed(
        self, model: KerasModel, images: Tensor, labels: Tensor, seed: Tensor, done: Tensor
    ) -> Tensor:
        """Change the images of a training step, as adversarial training does; here, not at all.

        Args:
            model: with its present weights.
            images: float32 [batch, height, width, channels] in [0, 1].
            labels: int32 [batch, length].
            seed: int32 [2], another one at each step.
            done: share of the training that is done, float32 in [0, 1).
        """
        return images

    def losses(
        self,
        model: KerasModel,
        name: str,
        images: Tensor,
        changed: Tensor,
        labels: Tensor,
        done: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Compute the loss of each image.

        Args:
            model: with its present weights.
            name: of the loss, see `loss`.
            images: before `changed`, float32 [batch, height, width, channels].
            changed: after it.
            labels: int32 [batch, length].
            done: share of the training that is done, float32 in [0, 1).

        Returns:
            float32 [batch], and the logits [batch, length, classes] behind it.
        """
        logits = model(changed, training=True)
        return loss(name, labels, logits), logits

    def measured(self, reader: Reader, validation: LabelledImages) -> dict[str, float]:
        """Measure the validation images after an epoch, name -> share; here, nothing more."""
        return {}


PLAIN = Objective()


def compiled_steps(
    model: KerasModel,
    recipe: Recipe,
    optimize: KerasOptimizer,
    dtype: np.dtype[np.generic],
    total: int,
    seed: int,
    objective: Objective = PLAIN,
    share: Tensor | None = None,
) -> TrainingLoop:
    """Compile the training loop of many steps.

    Args:
        model: trained in place.
        recipe: loss, shifts, distortion.
        optimize: the Keras optimizer, built for the model's trainable variables.
        dtype: of the images it is given; they become float32 in [0, 1] inside.
        total: steps of the whole training, for the schedule.
        seed: of the random shifts.
        objective: what is lowered.
        share: variable with the share of the training that is done; None: as `total` says.

    Returns:
        A function of images [steps, batch, height, width, channels] and labels int32 [steps,
        batch, length], which gives the summed loss and the number of right characters.
    """
    full = 1.0 if dtype.kind == "f" else float(np.iinfo(dtype.name).max)
    weights = model.trainable_variables

    def step(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        at_step = tf.stack([seed % 2**31, tf.cast(optimize.iterations, tf.int32)])
        done = tf.cast(optimize.iterations, tf.float32) / total if share is None else share
        # Shifted and distorted at first, to learn what such captchas have in common; little or not
        # at all in the end, to finish on captchas as they are.
        if recipe.shift:
            moved = shifted(images, recipe.shift, at_step)
            images = tf.where(done < 1 - recipe.settling, moved, images)
        fading = recipe.distortion * (1 - FADED * tf.minimum(done, 1.0))
        images = distorted(images, fading, at_step) if recipe.distortion else images
        changed = tf.stop_gradient(objective.changed(model, images, labels, at_step, done))
        with tf.GradientTape() as tape:
            each, logits = objective.losses(model, recipe.loss, images, changed, labels, done)
            mean = tf.reduce_mean(each)
        optimize.apply(tape.gradient(mean, weights))
        right = tf.equal(tf.argmax(logits, -1, tf.int32), labels)
        return tf.reduce_sum(each), tf.reduce_sum(tf.cast(right, tf.float32))

    shape = model.input_shape[1:]
    signature = [
        tf.TensorSpec([None, None, *shape], dtype),
        tf.TensorSpec([None, None, model.output_shape[1]], tf.int32),
    ]

    @compiled(*signature)
    def steps(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        total, right = 0.0, 0.0
        for number in tf.range(tf.shape(images)[0]):
            now = step(tf.cast(images[number], tf.float32) / full, labels[number])
            total, right = total + now[0], right + now[1]
        return total, right

    return steps


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
