"""Generator `audio_captcha`: sounds of the PyPI package `captcha`, characters over a murmur.

The package mixes sample by sample in Python; here the same steps are taken on arrays. The white
noise is drawn from other random numbers: it is of the same kind, not the same.
"""

import functools
import random
import wave
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from harness.array_types import Shape
from harness.datasets.generator import Generator, Images, Labels, encode
from harness.images.sounds import RATE
from harness.seeds import stream

SILENCE = 128
PAUSE = 3 * RATE  # the longest after a character
GAP = RATE // 10  # the longest between sounds of the murmur
SLOWEST, SLOWEST_MURMUR = 1.2, 1.6  # the most that a voice is stretched

Sound = npt.NDArray[np.uint8]


class AudioCaptcha(Generator):
    """Sounds of PyPI captcha 0.7.1: characters spoken over reversed voices, 8 bits at 8 kHz.

    An image is a wave: one row of samples, silent at 0.5, as long as the longest captcha can be.
    """

    sounds: ClassVar[bool] = True

    alphabet: str = Field(
        "0123456789", description="characters that a captcha can have: digits, upper-case letters"
    )
    length: Annotated[int, Field(ge=1, le=12)] = Field(4, description="characters per captcha")

    @field_validator("alphabet")
    @classmethod
    def _spoken(cls, alphabet: str) -> str:
        unknown = [character for character in alphabet if character not in _voices()]
        if unknown or len(set(alphabet)) != len(alphabet) or not alphabet:
            known = "".join(_voices())
            raise ValueError(f"{alphabet!r}: different characters out of {known}, please")
        return alphabet

    def text_alphabet(self) -> str:
        """Give the alphabet of the options."""
        return self.alphabet

    def text_length(self) -> int:
        """Give the length of the options."""
        return self.length

    def image_shape(self) -> Shape:
        """Give one row of as many samples as the longest captcha can have, and one channel."""
        longest = max(len(voice) for character in self.alphabet for voice in _voices()[character])
        murmur = max(len(voice) for several in _voices().values() for voice in several)
        spoken = self.length * (int(longest * SLOWEST) + PAUSE)
        return 1, len(_start()) + spoken + int(murmur * SLOWEST_MURMUR) + len(_end()), 1

    def draw(self, seed: int, index: int) -> tuple[Images, Labels]:
        """Draw captcha `index` of the stream `seed`; see Generator.draw."""
        numbers = stream(seed, index)
        text = "".join(numbers.choice(self.alphabet) for _ in range(self.length))
        sound = spoken(text, numbers)
        samples = np.full(self.image_shape(), SILENCE, np.uint8)
        samples[0, : len(sound), 0] = sound
        return samples, encode(text, self.alphabet)


def spoken(text: str, numbers: random.Random) -> Sound:
    """Compose the samples of one captcha: beeps, then the text over a murmur, then a beep.

    Args:
        text: its characters have a voice in the package.
        numbers: drawn in the package's order.
    """
    voices, pauses = [], []
    for character in text:
        voice = numbers.choice(_voices()[character])
        voice = stretched(voice, numbers.randint(90, 120) / 100)
        voices.append(louder(voice, numbers.randint(80, 120) / 100))
        pauses.append(numbers.randint(RATE, PAUSE))
    sound = _murmur(max(map(len, voices)) * len(text) + sum(pauses), numbers)
    at = pauses[0]
    for voice, pause in zip(voices, pauses, strict=True):
        sound = mixed(sound, at, voice)
        at += len(voice) + 1 + pause
    return np.concatenate([_start(), sound, _end()])


def _murmur(length: int, numbers: random.Random) -> Sound:
    """Compose a murmur: reversed voices over faint white noise."""
    sound = _white(length, numbers)
    at, names = 0, list(_voices())
    while at < length:
        voice = numbers.choice(_voices()[numbers.choice(names)])[::-1]
        voice = stretched(voice, numbers.randint(8, 16) / 10)
        voice = louder(voice, numbers.randint(2, 6) / 10)
        sound = mixed(sound, at, voice)
        at += len(voice) + 1 + numbers.randint(0, GAP)
    return sound


def _white(length: int, numbers: random.Random) -> Sound:
    """Draw white noise of four levels about silence."""
    white = np.random.default_rng(numbers.getrandbits(64))
    return (white.integers(0, 257, length) % 4 + SILENCE - 2).astype(np.uint8)


def stretched(sound: Sound, factor: float) -> Sound:
    """Stretch a sound by a factor: samples are repeated or left out, and 0 fills up the end."""
    edges = np.cumsum(np.concatenate([[0.0], np.full(len(sound), factor)])).astype(np.int64)
    slower = np.repeat(sound, np.diff(edges))
    length = int(len(sound) * factor)
    return np.concatenate([slower, np.zeros(max(0, length - len(slower)), np.uint8)])[:length]


def louder(sound: Sound, factor: float) -> Sound:
    """Amplify a sound by a factor, clipped to 0 and 255."""
    away = sound.astype(np.float64) - SILENCE
    return np.clip(np.trunc(away * factor + SILENCE), 0, 255).astype(np.uint8)


def mixed(under: Sound, at: int, sound: Sound) -> Sound:
    """Mix `sound` into `under` from sample `at` on; the result is longer where it ends later."""
    end = at + len(sound) + 1
    below = under[at:end]
    short, long = sorted((below, sound), key=len)
    first, second = short.astype(np.int64), long[: len(short)].astype(np.int64)
    product = first * second / SILENCE
    both = np.where(
        (first < SILENCE) & (second < SILENCE),
        product,
        2 * (first + second) - product - 2 * SILENCE,
    )
    blend = np.concatenate([both.astype(np.uint8), long[len(short) :]])
    return np.concatenate([under[:at], blend, under[end:]])


@functools.cache
def _folder() -> Path:
    import captcha

    return Path(captcha.__file__).parent / "data"


def _samples(file: Path) -> Sound:
    with wave.open(str(file)) as sound:
        return np.frombuffer(sound.readframes(-1), np.uint8)


@functools.cache
def _voices() -> dict[str, tuple[Sound, ...]]:
    """Load the package's voices for each character."""
    folders = sorted(path for path in _folder().iterdir() if path.is_dir())
    return {path.name: tuple(map(_samples, sorted(path.glob("*.wav")))) for path in folders}


@functools.cache
def _start() -> Sound:
    beep, pause = _samples(_folder() / "beep.wav"), np.full(RATE // 5, SILENCE, np.uint8)
    return np.concatenate([beep, pause, beep, pause, beep])


@functools.cache
def _end() -> Sound:
    return stretched(_samples(_folder() / "beep.wav"), 1.4)
