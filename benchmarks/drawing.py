"""Captchas a second and process, of every generator; claptcha and sounds beside their packages."""

import functools
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.page import table
from benchmarks.stock_claptcha import stock_picture
from harness.datasets.generator import Generator
from harness.datasets.packages.audio_captcha import AudioCaptcha
from harness.datasets.packages.claptcha import Claptcha
from harness.datasets.ready_made import ReadyMade
from harness.registry import GENERATORS, find
from harness.seeds import stream

CAPTCHAS, ROUNDS = 100, 5


def measure() -> str:
    """Rounds in turn, medians."""
    ways: dict[str, Callable[[int], object]] = {}
    for name in GENERATORS:
        row = find("generator", name)
        if issubclass(row, Generator) and not issubclass(row, ReadyMade) and name != "callable":
            ways[name] = _drawing(row())
    stock = Claptcha()
    ways["stock claptcha 0.3.3"] = lambda number: _stock(stock, number)
    ways["stock captcha 0.7.1, sounds"] = _stock_sound
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way(0)
    for round_ in range(ROUNDS):
        for name, way in ways.items():
            captchas = CAPTCHAS // 10 if name.endswith("sounds") else CAPTCHAS
            start = time.perf_counter()
            for number in range(captchas):
                way(round_ * CAPTCHAS + number)
            seconds[name].append((time.perf_counter() - start) / captchas)
    rows = [(name, f"{1 / statistics.median(each):,.0f}") for name, each in seconds.items()]
    ours, theirs = seconds["claptcha"], seconds["stock claptcha 0.3.3"]
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    heard = [
        b / a
        for a, b in zip(
            seconds["audio_captcha"], seconds["stock captcha 0.7.1, sounds"], strict=True
        )
    ]
    return "\n\n".join(
        [
            "## Captchas a second, in one process",
            f"Each generator with its defaults, {ROUNDS} rounds in turn, medians. A data set is "
            "drawn by as many processes as there are cores.",
            table(("generator", "captchas a second"), rows),
            f"claptcha, with the same pixels as the package: {statistics.median(ratios):.2f} times "
            f"as fast (from {min(ratios):.2f} to {max(ratios):.2f}). Sounds: "
            f"{statistics.median(heard):.0f} times as fast.",
        ]
    )


def _drawing(generator: Generator) -> Callable[[int], object]:
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
