"""The loop of a training: many steps in one compiled call, and the objective that they lower."""

import numpy as np

from harness.array_types import KerasModel, KerasOptimizer, Tensor
from harness.backend import compiled, tf
from harness.breakers.architecture import Recipe
from harness.breakers.augmentation import distorted, shifted
from harness.breakers.reader import Reader
from harness.breakers.training_blocks import TrainingLoop
from harness.images.labelled import LabelledImages

FADED = 0.7  # share by which the distortion is reduced at the end


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
