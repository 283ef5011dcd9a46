"""Training that ends when nothing is gained: a constant rate until a plateau, then a short decay.

The length of a cosine schedule must be known before it begins; here it comes out of the training.
Where there is no validation split, a tenth of the captchas is held out to see the plateau, and
comes back for the decay, so that the last fit is on all of them.

Source: the schedule is warmup-stable-decay (Hu and others 2024, arXiv 2404.06395, section 4).
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from harness.array_types import KerasModel, Rows, Tensor
from harness.backend import batches, compiled, tf
from harness.breakers.architecture import Recipe
from harness.breakers.optimizers import constant_rate, optimizer
from harness.breakers.training_blocks import chunks, train_on
from harness.breakers.training_loop import compiled_steps
from harness.files.checkpoint import NO_CHECKPOINT, Checkpoint
from harness.images.labelled import LabelledImages
from harness.metrics import accuracies
from harness.progress import Progress
from harness.seeds import child_seed

if TYPE_CHECKING:
    from harness.breakers.training import EpochSupply

HELD_OUT, FEWEST_HELD = 0.1, 10  # share of the captchas, where there is no validation split
ROUND = 2_048  # images shown between two looks, or more: whole epochs
LOOKED_AT = 500  # captchas, at most
PATIENCE, LEAST_PATIENCE = 0.2, 6_144  # images shown in vain: of all so far, and at least
LOOKS = 3  # in vain, at least: an epoch of many captchas is one look
GAIN = 0.05  # of the loss, below which a round has gained nothing
LEARNED = 0.999  # of the training characters: nothing is left to gain from them
DECAY, LEAST_DECAY = 0.3, 4_096  # images shown while the rate falls: of those before, at least


@dataclass(frozen=True)
class Course:
    """How far a training is: what it has shown, and when that was last of use.

    Attributes:
        epoch: epochs done.
        shown: images.
        best_loss: per character of the held-out captchas, at the last gain.
        best_accuracy: share of them that is read; the most so far.
        gained: images shown when either was last better.
        vain: looks since then.
        decays_from: images shown when the decay began; None before.
        decay: images that the decay shows.
        plateau: whether a plateau, and not the budget, has begun the decay.
    """

    epoch: int = 0
    shown: int = 0
    best_loss: float = float("inf")
    best_accuracy: float = -1.0
    gained: int = 0
    vain: int = 0
    decays_from: int | None = None
    decay: int = 0
    plateau: bool = False

    @property
    def share(self) -> float:
        """Give the share of the decay that is done, 0 before it."""
        if self.decays_from is None:
            return 0.0
        return min(1.0, (self.shown - self.decays_from) / max(1, self.decay))

    @property
    def ended(self) -> bool:
        """Tell whether the decay is done."""
        return self.decays_from is not None and self.share >= 1

    def looked(self, loss: float, accuracy: float, training: float) -> "Course":
        """Take a look at the held-out captchas; begin the decay where nothing is gained any more.

        Args:
            loss: per held-out character.
            accuracy: share of the held-out captchas that is read.
            training: share of the training characters that is read.
        """
        if self.decays_from is not None:
            return self
        better = loss < self.best_loss * (1 - GAIN) or accuracy > self.best_accuracy
        gained, vain = (self.shown, 0) if better else (self.gained, self.vain + 1)
        patience = max(LEAST_PATIENCE, PATIENCE * self.shown)
        if training >= LEARNED:
            patience = LEAST_PATIENCE
        ended = vain >= LOOKS and self.shown - gained >= patience
        here = replace(
            self,
            # What a slow fall gains is counted from the last gain on, not from look to look.
            best_loss=min(loss, self.best_loss) if better else self.best_loss,
            best_accuracy=max(accuracy, self.best_accuracy),
            gained=gained,
            vain=vain,
        )
        return here.decaying(plateau=True) if ended else here

    def decaying(self, plateau: bool) -> "Course":
        """Begin the decay here."""
        decay = max(LEAST_DECAY, round(DECAY * self.shown))
        return replace(self, decays_from=self.shown, decay=decay, plateau=plateau)


def fit_until_plateau(
    model: KerasModel,
    recipe: Recipe,
    data: LabelledImages,
    validation: LabelledImages | None,
    seed: int,
    progress: Progress,
    supply: "EpochSupply | None" = None,
    checkpoint: Checkpoint = NO_CHECKPOINT,
) -> list[dict[str, float]]:
    """Train a model in place until nothing is gained; see harness.breakers.training.fit.

    Returns:
        One row per round of one or more epochs, as `fit` gives them, with `shown` (images so far)
        and `plateau` (1.0 once a plateau has ended the constant rate).
    """
    return _PlateauTraining(model, recipe, data, validation, seed, progress, supply).fit(checkpoint)


class _PlateauTraining:
    """One training while it goes on."""

    def __init__(
        self,
        model: KerasModel,
        recipe: Recipe,
        data: LabelledImages,
        validation: LabelledImages | None,
        seed: int,
        progress: Progress,
        supply: "EpochSupply | None",
    ) -> None:
        self.model, self.recipe, self.data, self.seed = model, recipe, data, seed
        self.progress, self.supply, self.validation = progress, supply, validation
        rows = np.random.default_rng(child_seed(seed, "held out")).permutation(len(data))
        held = 0 if validation else round(HELD_OUT * len(data))
        held = held if held >= FEWEST_HELD else 0
        self.rows = np.sort(rows[held:])
        self.held = _some(data, rows[:held]) if held else None
        if validation:  # read into memory once, not after each round
            self.validation = _some(validation, np.arange(len(validation)))
        self.most = recipe.passes(len(data)) * len(data)
        self.rate = constant_rate(recipe)
        self.optimize = optimizer(recipe, 0)
        self.optimize.build(model.trainable_variables)
        self.share = tf.Variable(0.0, trainable=False)
        dtype = data.images.dtype
        self.steps = compiled_steps(model, recipe, self.optimize, dtype, 1, seed, share=self.share)
        self.measure = _Measure(model)
        self.course, self.history = Course(), list[dict[str, float]]()

    def fit(self, checkpoint: Checkpoint) -> list[dict[str, float]]:
        """Train, and give the history."""
        self._resume(checkpoint)
        while not self.course.ended:
            start = time.perf_counter()
            row = self._round()
            looked_at, prefix = self._held_out()
            loss, accuracy = row["loss"] / self.data.labels.shape[1], row["character_accuracy"]
            if looked_at is not None:
                loss, characters, accuracy = self.measure(looked_at)
                row[f"{prefix}character_accuracy"] = characters
                row[f"{prefix}captcha_accuracy"] = accuracy
            self.course = self.course.looked(loss, accuracy, row["character_accuracy"])
            if self.course.decays_from is None and self.course.shown >= self.most / (1 + DECAY):
                self.course = self.course.decaying(plateau=False)
            row["shown"], row["plateau"] = self.course.shown, float(self.course.plateau)
            self.history.append({**row, "seconds": time.perf_counter() - start})
            variables = [*self.model.variables, *self.optimize.variables]
            facts = {"history": self.history, "course": asdict(self.course)}
            checkpoint.save(variables, (), facts)
        return self.history

    def _resume(self, checkpoint: Checkpoint) -> None:
        """Go on where an interrupted training has stopped."""
        restored = checkpoint.restore([*self.model.variables, *self.optimize.variables])
        if restored is not None:
            facts = restored[1]
            self.course, self.history = Course(**facts["course"]), facts["history"]

    def _held_out(self) -> tuple[LabelledImages | None, str]:
        """Give the captchas that are looked at after a round, and the prefix of their figures."""
        if self.validation:
            return self.validation, "validation_"
        if self.held and self.course.decays_from is None:
            return self.held, "held_out_"
        return None, ""

    def _round(self) -> dict[str, float]:
        """Train one or more epochs, until ROUND images are shown."""
        loss, right, seen = 0.0, 0.0, 0
        for now in self._blocks():
            loss, right, seen = loss + now[0], right + now[1], seen + now[2]
            if self.course.decays_from is None:
                total, stage = self.most, "to a plateau"
            else:
                total, stage = self.course.decays_from + self.course.decay, "rate falls"
            note = f"{self.course.shown:,} images shown, {stage}, loss {loss / seen:.3f}"
            self.progress(min(self.course.shown, total), total, note)
        length = self.data.labels.shape[1]
        return {
            "epoch": self.course.epoch,
            "loss": loss / seen,
            "character_accuracy": right / (seen * length),
        }

    def _blocks(self) -> Iterator[tuple[float, float, int]]:
        """Show blocks of images; give the loss, right characters and images of each."""
        last = self.course.shown + ROUND
        while self.course.shown < last and not self.course.ended:
            epoch = self.course.epoch + 1
            rows = self.rows if self.course.decays_from is None else np.arange(len(self.data))
            data = self.supply(epoch, False) if self.supply else self.data
            shuffled = np.random.default_rng(child_seed(self.seed, "order", epoch))
            for block in chunks(shuffled.permutation(rows), self.recipe.batch_size):
                self._set_rate()
                loss, right = train_on(self.steps, data, block)
                self.course = replace(self.course, shown=self.course.shown + block.size)
                yield loss, right, block.size
                if self.course.ended:
                    break
            self.course = replace(self.course, epoch=epoch)

    def _set_rate(self) -> None:
        """Set the learning rate and the share of the decay that is done."""
        share = self.course.share
        self.share.assign(share)
        step = int(self.optimize.iterations.numpy()) + 1
        warm = min(1.0, step / self.recipe.warmup) if self.recipe.warmup else 1.0
        self.optimize.learning_rate = self.rate * warm * (1 + np.cos(np.pi * share)) / 2


def _some(data: LabelledImages, rows: Rows) -> LabelledImages:
    """Choose the first rows to look at."""
    rows = np.sort(rows[:LOOKED_AT])
    return LabelledImages(data.images[rows], data.labels[rows], data.blank)


class _Measure:
    """Measures a network while it is trained."""

    def __init__(self, model: KerasModel) -> None:
        @compiled(
            tf.TensorSpec([None, *model.input_shape[1:]], tf.float32),
            tf.TensorSpec([None, model.output_shape[1]], tf.int32),
        )
        def look(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
            logits = model(images, training=False)
            each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
            return tf.reduce_mean(each, axis=1), tf.argmax(logits, -1, tf.int32)

        self._look = look

    def __call__(self, data: LabelledImages) -> tuple[float, float, float]:
        """Give the loss per character, and the shares of characters and captchas that are read."""
        losses, classes = [], []
        for rows, images in batches(data.images):
            loss, read = self._look(images, data.labels[rows].astype(np.int32))
            losses.append(loss.numpy())
            classes.append(read.numpy())
        return float(np.concatenate(losses).mean()), *accuracies(
            np.concatenate(classes), data.labels, data.blank
        )
