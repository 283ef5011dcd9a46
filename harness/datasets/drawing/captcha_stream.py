"""Stream of fresh captchas for a web page, one at each call."""

import itertools
import secrets
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np

from harness.datasets.drawing.fresh_epochs import FreshEpochs
from harness.datasets.generator import Generator, Images, decode

AHEAD = 64  # captchas that a process draws before they are asked for


class CaptchaStream(Protocol):
    """Function that gives another captcha and its text at each call, from any thread."""

    def __call__(self) -> tuple[Images, str]: ...


def captcha_stream(name: str, generator: Generator) -> CaptchaStream:
    """Open a stream of a generator's captchas, from a seed that nobody can guess.

    Args:
        name: the generator's name in its table.
        generator: its options. A function of the user's is called in a process of its own, ahead.
    """
    captchas = _drawn_ahead(name, generator) if generator.foreign else _drawn(generator)
    lock = threading.Lock()  # some packages draw from the state of a module

    def draw() -> tuple[Images, str]:
        nonlocal captchas
        with lock:
            try:
                return next(captchas)
            except Exception:
                if generator.foreign:  # it may do better the next time
                    captchas = _drawn_ahead(name, generator)
                raise

    return draw


def _drawn(generator: Generator) -> Iterator[tuple[Images, str]]:
    seed, alphabet = secrets.randbits(60), generator.text_alphabet()
    while True:
        image, label = generator.draw(seed, secrets.randbelow(2**40))
        yield image, decode(label, alphabet)


def _drawn_ahead(name: str, generator: Generator) -> Iterator[tuple[Images, str]]:
    seed, alphabet = secrets.randbits(60), generator.text_alphabet()
    with (
        tempfile.TemporaryDirectory(prefix="captcha-harness-supply-") as folder,
        FreshEpochs(name, generator, seed, AHEAD, Path(folder)) as drawing,
    ):
        for number in itertools.count(1):
            images, labels = drawing.epoch(number, last=False)
            for image, label in zip(images, labels, strict=True):
                yield np.array(image), decode(label, alphabet)
