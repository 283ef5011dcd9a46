"""A trained model with its filter: images in, logits or characters out."""

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TypeVar

import numpy as np

from harness.array_types import Filter, Floats, KerasModel, Labels, Pixels, Shape, Tensor
from harness.backend import batches, compiled, fast_bfloat16, tf
from harness.breakers import saved_breaker
from harness.breakers.confidence import possible_texts, probabilities
from harness.metrics import blanks_last
from harness.progress import Progress, no_progress

T = TypeVar("T")


class Reader:
    """Reads captchas: a filter on the input, if there is one, then the model.

    Attributes:
        shape: of one image: height, width, channels.
        length: characters per captcha.
        classes: size of the alphabet, and the blank where there is one.
        blank: the class that stands for no character, where texts differ in length.
        swift: the same model in bfloat16 arithmetic, for the loops of attacks; None without one.
        draws: answers that `logits` averages, where the filter is random; else 1.
        shortest: characters of the shortest captcha.
    """

    def __init__(
        self,
        model: KerasModel,
        before: Filter | None = None,
        blank: int | None = None,
        swift: KerasModel | None = None,
        draws: int = 1,
        shortest: int = 0,
    ) -> None:
        """Take a network.

        Args:
            model: Keras model with output [batch, length, classes].
            before: the filter on its input.
            blank: the class that stands for no character.
            swift: the same model in bfloat16 arithmetic.
            draws: answers whose mean `logits` gives, where the filter is random.
            shortest: characters of the shortest captcha; a shorter text has confidence 0.
        """
        self.model = model
        self.before = before
        self.blank = blank
        self.swift = swift
        self.draws = draws
        self.shortest = shortest
        self.shape: Shape = tuple(model.input_shape[1:])
        self.length, self.classes = (int(size) for size in model.output_shape[1:])
        self._compiled: dict[Hashable, object] = {}

        @compiled(tf.TensorSpec([None, *self.shape], tf.float32))
        def classify(images: Tensor) -> Tensor:
            return tf.argmax(self._once(self.model, images), -1, tf.int32)

        self._classify = classify

    def logits(self, images: Tensor) -> Tensor:
        """Give float32 [batch, length, classes] of images in [0, 1]; gradients pass the filter."""
        return self._mean(self.model, images)

    def swift_logits(self, images: Tensor) -> Tensor:
        """Give `logits` in bfloat16, where there is a model for it: twice as fast, less exact."""
        return self._mean(self.swift or self.model, images)

    def compiled(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give the compiled functions of a key, made on the first call and kept with the reader.

        Tracing takes as long as thousands of gradients.

        Args:
            key: says all that the functions depend on, except this reader.
            make: makes them.
        """
        if key not in self._compiled:
            self._compiled[key] = make()
        return self._compiled[key]  # type: ignore[return-value] # what this key's `make` gave

    def _once(self, model: KerasModel, images: Tensor) -> Tensor:
        return model(images if self.before is None else self.before(images), training=False)

    def _mean(self, model: KerasModel, images: Tensor) -> Tensor:
        """Give the mean of several answers, where the filter is random."""
        if self.draws == 1:
            return self._once(model, images)
        return tf.reduce_mean(self._several(model, images), axis=1)

    def _several(self, model: KerasModel, images: Tensor) -> Tensor:
        """Give the answers to each image [batch, draws, length, classes], which differ."""
        answers = self._once(model, tf.repeat(images, self.draws, axis=0))
        return tf.reshape(answers, [-1, self.draws, self.length, self.classes])

    def read(self, images: Pixels, progress: Progress = no_progress) -> Labels:
        """Give class numbers [n, length] of images uint8, uint16 or float32 in [0, 1].

        uint8; uint16 where there are more than 256 classes. Each row is a text as it would be
        typed: blanks stand behind its characters only.
        """
        kind = np.min_scalar_type(self.classes - 1)
        classes = np.empty((len(images), self.length), kind)
        for rows, pixels in batches(images):
            classes[rows] = self._classify(pixels).numpy()
            progress(rows.stop, len(images))
        return np.asarray(blanks_last(classes, self.blank), kind)

    def read_with_confidence(
        self, images: Pixels, progress: Progress = no_progress
    ) -> tuple[Labels, Floats]:
        """Give class numbers as `read` does, and how sure each text is, from the same answers.

        Args:
            images: uint8, uint16 or float32 in [0, 1], [n, height, width, channels].
            progress: told how far it is.

        Returns:
            Class numbers [n, length], and the confidence float32 [n]: the product of the
            probabilities of all characters, blanks among them. Where the filter is random, the
            text is that of one answer, as `read` gives it, and its probabilities those of the mean
            logits of `draws` answers. A text shorter than any captcha has confidence 0.
        """
        classify = self.compiled("confidence", self._scored)
        kind = np.min_scalar_type(self.classes - 1)
        classes = np.empty((len(images), self.length), kind)
        confidence = np.empty(len(images), np.float32)
        for rows, pixels in batches(images, self.draws):
            classes[rows], confidence[rows] = (part.numpy() for part in classify(pixels))
            progress(rows.stop, len(images))
        typed = np.asarray(blanks_last(classes, self.blank), kind)
        possible = possible_texts(typed, self.blank, self.shortest, self.length)
        # What is no number is no confidence: a network that has diverged answers so.
        return typed, np.where(possible, np.nan_to_num(confidence, nan=0.0), np.float32(0))

    def _scored(self) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
        """Compile the graph that gives class numbers and the confidence of their text."""

        @compiled(tf.TensorSpec([None, *self.shape], tf.float32))
        def scored(images: Tensor) -> tuple[Tensor, Tensor]:
            answers = self._several(self.model, images)
            classes = tf.argmax(answers[:, 0], -1, tf.int32)
            chances = probabilities(tf.reduce_mean(answers, axis=1))
            of_text = tf.gather(chances, classes, axis=-1, batch_dims=2)
            return classes, tf.cast(tf.reduce_prod(of_text, axis=-1), tf.float32)

        return scored


def trained_reader(
    folder: Path, before: Filter | None = None, draws: int = 1, shortest: int = 0
) -> Reader:
    """Give the reader of a trained breaker, with its swift twin where the processor is fast at it.

    Args:
        folder: of the breaker in the store.
        before: the filter on its input.
        draws: answers that `logits` averages.
        shortest: characters of the shortest captcha.
    """
    model, spec = saved_breaker.load(folder)
    twin = fast_bfloat16() and not saved_breaker.is_imported(folder)
    swift = saved_breaker.load(folder, "bfloat16")[0] if twin else None
    return Reader(model, before, spec.get("blank"), swift, draws, shortest)
