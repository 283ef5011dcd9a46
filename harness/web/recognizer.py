"""Recognizer: a trained breaker that answers requests with a text and a confidence."""

import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.array_types import Floats, Shape
from harness.datasets.generator import decode
from harness.images import pictures

if TYPE_CHECKING:
    from harness.breakers.architecture_spec import ArchitectureSpec
    from harness.breakers.reader import Reader


@dataclass(frozen=True)
class Recognized:
    """Text of an image, with the probability of all its characters together."""

    text: str
    confidence: float


@dataclass
class _Request:
    """Images that wait for the network, and their texts once it has read them."""

    images: Floats
    texts: list[Recognized] | None = None


class Recognizer:
    """A breaker for many threads: requests that come while it reads go into its next batch.

    Attributes:
        name: of the breaker.
        shape: height, width and channels of its images.
    """

    def __init__(self, name: str, reader: "Reader", alphabet: str) -> None:
        """Compile the network by reading a blank image, so that no visitor has to wait."""
        self.name, self.reader, self.alphabet = name, reader, alphabet
        self.shape: Shape = reader.shape
        self._lock, self._waiting = threading.Lock(), deque[_Request]()
        self.read(np.zeros((1, *self.shape), np.float32))

    def read(self, images: Floats) -> list[Recognized]:
        """Read images float32 [n, height, width, channels] in [0, 1]."""
        request = _Request(images)
        self._waiting.append(request)
        with self._lock:  # a network uses all cores already
            if request.texts is None:
                self._read_all([self._waiting.popleft() for _ in range(len(self._waiting))])
        if request.texts is None:
            raise RuntimeError("the network failed while it read this and other images")
        return request.texts

    def _read_all(self, requests: list[_Request]) -> None:
        """Read the images of several requests in one call of the network."""
        images = np.concatenate([request.images for request in requests])
        classes, sure = self.reader.read_with_confidence(images)
        texts = [
            Recognized(decode(row, self.alphabet), float(share))
            for row, share in zip(classes, sure, strict=True)
        ]
        for request in requests:
            request.texts, texts = texts[: len(request.images)], texts[len(request.images) :]

    def types(self, file: bytes) -> str:
        """Read an image file.

        Raises:
            SpecError: the file holds no image.
        """
        return self.recognize(file).text

    def recognize(self, file: bytes) -> Recognized:
        """Read an image file; give its text and the confidence.

        Raises:
            SpecError: the file holds no image.
        """
        return self.read(pictures.decoded(file, self.shape)[None])[0]


def recognizer(name: str, folder: Path) -> Recognizer:
    """Load the recognizer of a trained breaker in the store."""
    from harness.breakers import saved_breaker
    from harness.breakers.reader import Reader

    model, spec = saved_breaker.load(folder)
    return Recognizer(name, Reader(model, blank=spec["blank"]), spec["alphabet"])


def foundation_recognizer(alphabet: str, lengths: tuple[int, int], shape: Shape) -> Recognizer:
    """Build the recognizer of the breaker that is shipped, for captchas of one kind.

    Args:
        alphabet: characters of the captchas.
        lengths: characters of the shortest and of the longest one.
        shape: height, width and channels of their images.
    """
    from harness.breakers import adaptation
    from harness.breakers.foundation import FOLDER
    from harness.breakers.reader import Reader
    from harness.breakers.whole_image import WholeImage

    shortest, longest = lengths
    blank = None if shortest == longest else len(alphabet)
    architecture = WholeImage()
    model = architecture.build(shape, longest, len(alphabet) + (blank is not None), 0)
    spec: ArchitectureSpec = {
        "architecture": "whole_image",
        "options": architecture.model_dump(mode="json"),
        "shape": shape,
        "length": longest,
        "alphabet": alphabet,
        "blank": blank,
    }
    adaptation.adapt(model, spec, FOLDER)
    return Recognizer("foundation", Reader(model, blank=blank, shortest=shortest), alphabet)
