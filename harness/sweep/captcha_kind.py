"""Kinds of captchas: size, length and alphabet of a data set, as far as known before drawing."""

from dataclasses import dataclass

from harness.datasets.gan_captcha import GanCaptcha
from harness.datasets.generator import Generator
from harness.sweep.model import SweepSpec


@dataclass(frozen=True)
class CaptchaKind:
    """Size, length and alphabet of captchas; None where only drawn captchas show it.

    Attributes:
        shape: height, width, channels.
        length: characters of the longest.
        alphabet: the characters in the order of their classes.
        blank: the class that stands for no character; None without one.
    """

    shape: tuple[int, int, int] | None = None
    length: int | None = None
    alphabet: str | None = None
    blank: int | None = None

    def __str__(self) -> str:
        """Describe it, as in: 4 of '0123456789' on 160 x 60 pixels, gray."""
        up_to = "up to " if self.blank is not None else ""
        text = f"{up_to}{self.length} of {self.alphabet!r}"
        if self.shape is None:
            return text
        height, width, channels = self.shape
        return f"{text} on {width} x {height} pixels, {'gray' if channels == 1 else 'in color'}"


def different(first: CaptchaKind, second: CaptchaKind) -> bool:
    """Tell whether two kinds differ in something that is known of both."""
    pairs = (
        (first.shape, second.shape),
        (first.length, second.length),
        (first.alphabet, second.alphabet),
    )
    if any(None not in pair and pair[0] != pair[1] for pair in pairs):
        return True
    known = None not in (first.alphabet, second.alphabet)
    return known and first.blank != second.blank


def kind_of(sweep: SweepSpec, name: str) -> CaptchaKind:
    """Derive the kind of a data set's captchas; of a GAN's, from the pictures it learns from."""
    options = sweep.datasets[name].options
    if not isinstance(options, GanCaptcha):
        return _promised(options)
    gan = sweep.gans.get(options.gan)
    source = sweep.datasets.get(gan.dataset) if gan else None
    if source is None or isinstance(source.options, GanCaptcha):
        return CaptchaKind()
    single = _promised(source.options)
    shape = single.shape and (single.shape[0], single.shape[1] * options.length, single.shape[2])
    return CaptchaKind(shape, options.length, single.alphabet)


def _promised(options: Generator) -> CaptchaKind:
    """Ask a generator for its kind; a folder's size is known only once its images are read."""
    try:
        return CaptchaKind(
            _shape(options), options.text_length(), options.text_alphabet(), options.blank()
        )
    except NotImplementedError:  # one of an installed package, which need not say it
        return CaptchaKind()


def _shape(options: Generator) -> tuple[int, int, int] | None:
    try:
        shape = options.image_shape()
    except NotImplementedError:
        return None
    return shape if all(shape) else None
