"""Captchas a second and process, of every generator; claptcha and sounds beside their packages."""

import functools
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.stock_claptcha import stock_picture
from harness.datasets.audio_captcha import AudioCaptcha
from harness.datasets.claptcha import Claptcha
from harness.datasets.generator import Generator, ReadyMade
from harness.registry import GENERATORS, find
from harness.seeds import stream

CAPTCHAS, ROUNDS = 100, 5
STOCK_CLAPTCHA, STOCK_SOUNDS = "stock claptcha 0.3.3", "stock captcha 0.7.1, sounds"


@dataclass(frozen=True)
class DrawingSpeed:
    """Seconds that one generator takes for a captcha, of each round."""

    name: str
    seconds: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Give the captchas a second, by the median round."""
        return 1 / statistics.median(self.seconds)


@dataclass(frozen=True)
class Drawing:
    """All generators, measured in turn."""

    rounds: int
    speeds: tuple[DrawingSpeed, ...]

    @property
    def claptcha(self) -> list[float]:
        """Give how many times as fast as the package claptcha we are, in each round."""
        return self._ratios("claptcha", STOCK_CLAPTCHA)

    @property
    def sounds(self) -> float:
        """Give how many times as fast as the package's sounds ours are, by the median round."""
        return statistics.median(self._ratios("audio_captcha", STOCK_SOUNDS))

    def _ratios(self, ours: str, theirs: str) -> list[float]:
        seconds = {speed.name: speed.seconds for speed in self.speeds}
        return [b / a for a, b in zip(seconds[ours], seconds[theirs], strict=True)]


def measure() -> Drawing:
    """Draw in rounds, the generators in turn."""
    draws: dict[str, Callable[[int], object]] = {}
    for name in GENERATORS:
        row = find("generator", name)
        if issubclass(row, Generator) and not issubclass(row, ReadyMade) and name != "callable":
            draws[name] = _draw(row())
    stock = Claptcha()
    draws[STOCK_CLAPTCHA] = lambda number: _stock(stock, number)
    draws[STOCK_SOUNDS] = _stock_sound
    seconds: dict[str, list[float]] = {name: [] for name in draws}
    for draw in draws.values():
        draw(0)
    for round_ in range(ROUNDS):
        for name, draw in draws.items():
            captchas = CAPTCHAS // 10 if name == STOCK_SOUNDS else CAPTCHAS
            start = time.perf_counter()
            for number in range(captchas):
                draw(round_ * CAPTCHAS + number)
            seconds[name].append((time.perf_counter() - start) / captchas)
    return Drawing(ROUNDS, tuple(DrawingSpeed(name, tuple(each)) for name, each in seconds.items()))


def _draw(generator: Generator) -> Callable[[int], object]:
    return lambda number: generator.draw(1, number)


def _stock(options: Claptcha, number: int) -> object:
    numbers = stream(1, number)
    return stock_picture(options, options.text(numbers), numbers)


def _stock_sound(number: int) -> object:
    text = "".join(random.Random(number).choices(AudioCaptcha().alphabet, k=4))
    return _package().generate(text)


@functools.cache
def _package() -> Any:
    import captcha.audio

    return captcha.audio.AudioCaptcha()
