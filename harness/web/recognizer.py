"""A trained breaker that answers requests: image in, text and confidence out."""

import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness import pictures
from harness.datasets.generator import decode


@dataclass(frozen=True)
class Recognized:
    """What was read, and the probability of all its characters together."""

    text: str
    confidence: float


@dataclass
class _Asked:
    """Images that wait for the network, and what it said of them."""

    images: npt.NDArray[np.float32]
    found: list[Recognized] | None = None


class Recognizer:
    """One breaker; what is asked while it reads is read together in its next batch.

    Attributes:
        name: what the breaker is called.
        shape: height, width and channels of its images.
    """

    def __init__(self, name: str, reader: Any, alphabet: str) -> None:
        """Take a harness.breakers.reader.Reader, and read once, so that no visitor has to wait."""
        from harness.backend import tf

        self.name, self.reader, self.alphabet = name, reader, alphabet
        self.shape: tuple[int, int, int] = reader.shape
        spec = [tf.TensorSpec([None, *self.shape], tf.float32)]
        self._chances = tf.function(
            lambda images: tf.nn.softmax(reader.logits(images)), input_signature=spec
        )
        self._lock, self._waiting = threading.Lock(), deque[_Asked]()
        self.read(np.zeros((1, *self.shape), np.float32))

    def read(self, images: npt.NDArray[np.float32]) -> list[Recognized]:
        """Read images float32 [n, height, width, channels] in [0, 1]."""
        own = _Asked(images)
        self._waiting.append(own)
        with self._lock:  # a network uses all cores already
            if own.found is None:
                self._read_all([self._waiting.popleft() for _ in range(len(self._waiting))])
        if own.found is None:
            raise RuntimeError("the network failed while it read this and other images")
        return own.found

    def _read_all(self, asked: list[_Asked]) -> None:
        """Give one call of the network for all of them."""
        chances = self._chances(np.concatenate([one.images for one in asked])).numpy()
        classes, sure = chances.argmax(-1), chances.max(-1).prod(-1)
        found = [
            Recognized(decode(row, self.alphabet), float(share))
            for row, share in zip(classes, sure, strict=True)
        ]
        for one in asked:
            one.found, found = found[: len(one.images)], found[len(one.images) :]

    def types(self, file: bytes) -> str:
        """Say what it types when it is shown an image file.

        Raises:
            SpecError: the file holds no image.
        """
        return self.read(pictures.decoded(file, self.shape)[None])[0].text


def recognizer(name: str, folder: Path) -> Recognizer:
    """Give the recognizer of a trained breaker in the store."""
    from harness.breakers import saved_breaker
    from harness.breakers.reader import Reader

    model, made = saved_breaker.load(folder)
    return Recognizer(name, Reader(model, blank=made.get("blank")), made["alphabet"])
