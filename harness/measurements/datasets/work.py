"""Data sets: the work of drawing a split and of training a GAN that draws, and their entries."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import SerializeAsAny

from harness.datasets.gan_captcha import GanCaptcha
from harness.datasets.generator import Generator
from harness.gans.gan import Gan
from harness.options import Split
from harness.pipeline.step import Entry, Kind, RowWork


class Draw(RowWork):
    """Draw or choose one split of a data set."""

    kind: ClassVar[Kind] = "datasets"
    step: Literal["draw"] = "draw"
    generator: str
    options: SerializeAsAny[Generator | GanCaptcha]
    split: Split
    count: int
    skip: int = 0
    copies: bool = False  # see harness.datasets.generator.Window
    seed: int
    network: str | None = None  # the step that trained the GAN that draws


class TrainGan(RowWork):
    """Train a GAN on pictures of single characters."""

    kind: ClassVar[Kind] = "gans"
    step: Literal["imitate"] = "imitate"
    gan: str
    options: SerializeAsAny[Gan]
    train: str
    images: int | None
    seed: int


@dataclass(frozen=True)
class SplitEntry(Entry):
    """A split of a data set in a plan; `draw` is the step that draws it."""

    measurement: ClassVar[str] = "datasets"
    dataset: str
    split: Split
    draw: str
