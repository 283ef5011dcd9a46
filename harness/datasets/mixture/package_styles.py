"""Styles of the packages: their generators, with fonts and sizes drawn at random."""

import functools
import random
from typing import Literal, get_args

from harness.datasets.text_generator import TextGenerator
from harness.options import KEPT
from harness.registry import find
from harness.seeds import stream

Package = Literal[
    "image_captcha", "claptcha", "wheezy_captcha", "django_simple_captcha", "easy_captcha"
]
PACKAGES: tuple[Package, ...] = get_args(Package)
STYLES = 48  # of a package and a length: each keeps its fonts loaded
PLAIN = ("DroidSansMono", "Vera")
FONTS = (
    *PLAIN, "Berenika", "Caladea-Bold", "Caladea-BoldItalic", "Caladea-Italic", "Caladea-Regular",
    "ComicNeue-Bold", "ComicNeue-Italic", "CourierPrime-Bold", "CourierPrime-Regular",
    "DancingScript-Regular", "FredokaOne-Regular", "HankenGrotesk-Bold", "HankenGrotesk-Italic",
    "HankenGrotesk-Light", "HankenGrotesk-Medium", "HumorSans", "Inconsolata", "Klaudia-Bold",
    "Kristi", "LiberationSans-Bold", "LiberationSans-Regular", "LiberationSerif-Bold", "Lobster",
    "Manrope-Bold", "Manrope-ExtraBold", "Manrope-Light", "Quicksand-Bold", "SourceSerifPro-Black",
    "SourceSerifPro-Regular", "SourceSerifPro-SemiboldIt", "YanoneKaffeesatz-Bold",
)  # fmt: skip


def style(package: Package, number: int, length: int) -> TextGenerator:
    """Give one of the STYLES of a package, for texts of a length.

    Args:
        package: its generator.
        number: of the style; it counts modulo STYLES.
        length: characters of the text.
    """
    return _style(package, number % STYLES, length)


@functools.cache
def _style(package: Package, number: int, length: int) -> TextGenerator:
    numbers = stream(0, hash_free(package, number, length))
    options: dict[str, object] = {"length": length, **_OPTIONS[package](numbers, length)}
    row = find("generator", package)
    drawer = row.model_validate(options, context=KEPT)
    if not isinstance(drawer, TextGenerator):
        raise TypeError(f"{package} draws no texts")
    return drawer


def hash_free(package: Package, number: int, length: int) -> int:
    """Number a style among those of all packages."""
    return (PACKAGES.index(package) * STYLES + number) * 16 + length


def _font(numbers: random.Random) -> str:
    """Choose a font: the packages' own ones more often than others."""
    return numbers.choice(PLAIN if numbers.random() < 0.25 else FONTS)


def _image_captcha(numbers: random.Random, length: int) -> dict[str, object]:
    height = numbers.randint(40, 80)
    points = numbers.uniform(0.65, 0.95) * height
    return {
        "width": round(length * height * numbers.uniform(0.45, 0.8)),
        "height": height,
        "fonts": tuple(_font(numbers) for _ in range(numbers.randint(1, 3))),
        "font_sizes": tuple(round(points * scale) for scale in (0.85, 0.95, 1.05)),
        "version": numbers.choice(("0.5.0", "0.7.1", "0.7.1", "0.7.1_intended")),
    }


def _claptcha(numbers: random.Random, length: int) -> dict[str, object]:
    height = numbers.randint(60, 90)
    return {
        "width": round(length * height * numbers.uniform(0.5, 0.7)),
        "height": height,
        "font": "DancingScript-Regular" if numbers.random() < 0.2 else _font(numbers),
        "noise": numbers.choice((0.0, 0.0, numbers.uniform(0, 0.6))),
        "margin_x": numbers.randint(5, 25),
        "margin_y": numbers.randint(8, 20),
    }


def _wheezy_captcha(numbers: random.Random, length: int) -> dict[str, object]:
    height, squeeze = numbers.randint(50, 80), numbers.uniform(0.65, 1.05)
    points = numbers.uniform(0.75, 0.95) * height
    letter = 0.6 * points
    return {
        "width": round((length - 1) * squeeze * letter + letter * numbers.uniform(1.2, 2.2)),
        "height": height,
        "fonts": tuple(_font(numbers) for _ in range(numbers.randint(1, 2))),
        "font_sizes": tuple(round(points * scale) for scale in (0.9, 1.0, 1.05)),
        "squeeze": squeeze,
    }


def _django_simple_captcha(numbers: random.Random, length: int) -> dict[str, object]:
    points = numbers.randint(18, 36)
    angle = numbers.randint(5, 40)
    return {
        "width": round(length * points * numbers.uniform(0.7, 1.2)) + 12,
        "height": round(points * numbers.uniform(1.4, 1.8)),
        "font": _font(numbers),
        "font_size": points,
        "rotation": (-angle, angle),
    }


def _easy_captcha(numbers: random.Random, length: int) -> dict[str, object]:
    return {
        "width": round(length * numbers.uniform(24, 32)),
        "height": numbers.randint(40, 56),
        "font": numbers.randrange(10),
    }


_OPTIONS = {
    "image_captcha": _image_captcha,
    "claptcha": _claptcha,
    "wheezy_captcha": _wheezy_captcha,
    "django_simple_captcha": _django_simple_captcha,
    "easy_captcha": _easy_captcha,
}
